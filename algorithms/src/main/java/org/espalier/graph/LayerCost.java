package org.espalier.graph;

/**
 * What one layer costs.
 *
 * @param name the vertex's name
 * @param kind the simple name of the layer's configuration class
 * @param parameters trainable parameters
 * @param macs multiply-accumulates for one example; zero for all but convolution and dense layers
 */
public record LayerCost(String name, String kind, long parameters, long macs) {}
