package org.espalier.quantize.layer;

import java.io.Serializable;
import java.util.Map;
import java.util.Set;
import org.nd4j.shade.jackson.annotation.JsonTypeInfo;

/**
 * How the weights of a layer become a few values, and how it learns.
 *
 * <p>Immutable and without state: what is learned is handed in. Arrays hold weights channel by
 * channel. At inference the weights are those of {@link #integers}, bit for bit.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.CLASS, property = "@class")
public interface WeightQuantizer extends Serializable {
  /** Whether there are full-precision weights behind the quantised ones; else parameters alone. */
  boolean keepsWeights();

  /**
   * Returns the quantiser's own parameters by name, with their lengths.
   *
   * @param channels the number of output channels
   * @param length the number of weights of each
   */
  Map<String, Integer> parameters(int channels, int length);

  /** Returns what the own parameters start from, for weights in full precision. */
  Map<String, double[]> initial(double[] weights, int channels);

  /** Returns the weights to compute with. */
  double[] effective(Latent latent, Moment moment);

  /**
   * Propagates a gradient back.
   *
   * @param gradient at the weights computed with; becomes the one at the full-precision weights,
   *     where there are any
   * @param own receives the gradients of the own parameters, arrays of zeros
   */
  void backward(Latent latent, Moment moment, double[] gradient, Map<String, double[]> own);

  /** Returns the weights at inference, as integers. */
  IntegerWeights integers(Latent latent);

  /** Returns the own parameters that are to stay above zero. */
  Set<String> positive();

  /** Whether an own parameter decays as the layer's weights do. */
  boolean decays(String parameter);
}
