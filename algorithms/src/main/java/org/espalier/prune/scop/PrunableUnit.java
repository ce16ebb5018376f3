package org.espalier.prune.scop;

/**
 * A convolution whose output channels may be pruned, by vertex names.
 *
 * @param convolution the convolution; a unit goes by its name
 * @param factor the control factors behind it, null where there are none
 * @param normalization the batch normalisation behind it
 */
record PrunableUnit(String convolution, String factor, String normalization) {}
