package org.espalier.jobs.quantize;

/**
 * A layer whose weights became integers, as the report has it.
 *
 * @param name the layer's name
 * @param weights how many weights it has
 * @param bits those of a weight
 * @param inputBits those of what it reads; null where that is not rounded
 * @param weightSignalToNoise of its weights before rounding, beside the error that rounding makes,
 *     in dB; NaN where weights are never anything but integers, infinite without error
 * @param outputSignalToNoise of its output in the network given, beside the difference to that in
 *     the deployed one, in dB: what all rounding before it, and training, did
 * @param outputDrop how much less accurate the network is with this layer alone rounded, in (-1,
 *     1); NaN where not measured
 * @param outputAlone signal-to-noise of the network's output with this layer alone rounded, in dB;
 *     NaN where not measured
 * @param weightHistogram its weights in the network given, and the deployed ones
 * @param inputHistogram what it reads in the network given, and in the deployed one
 */
public record QuantizedLayerReport(
    String name,
    long weights,
    int bits,
    Integer inputBits,
    double weightSignalToNoise,
    double outputSignalToNoise,
    double outputDrop,
    double outputAlone,
    Overlay weightHistogram,
    Overlay inputHistogram) {}
