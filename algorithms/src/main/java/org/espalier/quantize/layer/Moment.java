package org.espalier.quantize.layer;

/**
 * When a layer computes: what schedules are functions of.
 *
 * @param training whether in training mode
 * @param iteration the network's parameter updates so far
 * @param epoch the network's whole epochs so far
 */
public record Moment(boolean training, int iteration, int epoch) {}
