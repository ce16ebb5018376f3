package org.espalier.quantize.ptq;

/**
 * What rounding one layer alone, its weights and what it reads, does to a network.
 *
 * @param layer the name of the layer
 * @param signalToNoise of the network's output before its softmax, in decibels: ten times the
 *     logarithm of signal power over error power; infinite where there is no error
 * @param accuracyDrop how much smaller the part of images given their class is, from -1 to 1
 */
public record LayerSensitivity(String layer, double signalToNoise, double accuracyDrop) {}
