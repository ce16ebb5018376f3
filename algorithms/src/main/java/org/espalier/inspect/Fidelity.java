package org.espalier.inspect;

/**
 * How close a layer's output in a compressed network is to that of the original.
 *
 * @param signalToNoise ten times the decimal logarithm of the original's energy by the energy of
 *     the difference, in dB; infinite where there is no difference, NaN where nothing was compared
 * @param cosine cosine of the angle between the two outputs, -1 to 1; NaN where nothing was
 *     compared, or an output was zero throughout
 * @param channels how many of the original's channels were compared; 0 for all
 * @param reason why nothing was compared; empty where it was
 */
public record Fidelity(double signalToNoise, double cosine, int channels, String reason) {

  static Fidelity none(String reason) {
    return new Fidelity(Double.NaN, Double.NaN, 0, reason);
  }
}
