package org.espalier.graph;

/**
 * What one vertex of a network costs.
 *
 * @param name the vertex's name
 * @param kind the simple name of the configuration class of its layer, or of the vertex
 * @param parameters trainable parameters
 * @param macs multiply-accumulates for one example; zero for all but convolution and dense layers
 * @param biasAdditions additions of a convolution's or dense layer's bias for one example; zero
 *     without a bias
 * @param normalized values that batch normalisation scales and shifts for one example
 * @param activationBytes bytes of the output for one example, in the network's data type
 * @param sizeBytes bytes of all parameters as they are stored, running statistics included
 */
public record LayerCost(
    String name,
    String kind,
    long parameters,
    long macs,
    long biasAdditions,
    long normalized,
    long activationBytes,
    long sizeBytes) {}
