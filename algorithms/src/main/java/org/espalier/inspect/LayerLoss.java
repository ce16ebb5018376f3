package org.espalier.inspect;

/**
 * What a layer's compression alone costs in accuracy.
 *
 * @param accuracy share of images that the original predicts rightly with this layer's parameters
 *     from the compressed network, 0 to 1; NaN where that cannot be
 * @param loss the original's accuracy less this one; negative where it got better; NaN likewise
 * @param reason why it cannot be; empty where it was measured
 */
public record LayerLoss(double accuracy, double loss, String reason) {}
