package org.espalier.export.onnx;

import java.util.ArrayList;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Writes a layer's parameters, under the names that PyTorch's modules have for them. */
final class Constants {
  private Constants() {}

  /**
   * Writes weights and bias.
   *
   * @param weights output channels first
   * @param bias one number an output channel, or null
   * @return their names
   */
  static List<String> weights(Chain chain, INDArray weights, INDArray bias) {
    List<String> names = new ArrayList<>();
    names.add(
        chain.graph().floats(chain.vertex() + ".weight", Floats.of(weights), weights.shape()));
    if (bias != null) {
      names.add(vector(chain, "bias", bias));
    }
    return names;
  }

  /** Writes one number a channel. */
  static String vector(Chain chain, String key, INDArray values) {
    return vector(chain, key, Floats.of(values));
  }

  /** Writes one number a channel. */
  static String vector(Chain chain, String key, float[] values) {
    return chain.graph().floats(chain.vertex() + "." + key, values, values.length);
  }
}
