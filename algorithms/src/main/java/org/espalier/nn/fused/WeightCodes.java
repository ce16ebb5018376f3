package org.espalier.nn.fused;

/**
 * Weights as integers, for good: weight i of output channel c is codes[i] * scales[c].
 *
 * @param codes integers of 8 bits, in the order of the weights
 * @param scales one for each output channel, above 0
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record WeightCodes(float[] codes, float[] scales) {}
