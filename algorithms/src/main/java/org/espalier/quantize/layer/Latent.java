package org.espalier.quantize.layer;

import java.util.Map;

/**
 * The parameters that quantised weights are made of, as numbers on the heap.
 *
 * @param channels the number of output channels
 * @param weights the full-precision weights, channel by channel; null where there are none
 * @param parameters the quantiser's own parameters
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Latent(int channels, double[] weights, Map<String, double[]> parameters) {
  /** Returns one of the quantiser's own parameters. */
  public double[] parameter(String name) {
    return parameters.get(name);
  }
}
