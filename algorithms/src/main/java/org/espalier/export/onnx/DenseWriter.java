package org.espalier.export.onnx;

import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.params.DefaultParamInitializer;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Writes dense layers, and what flattens images for them. */
final class DenseWriter {
  private DenseWriter() {}

  /**
   * Adds a dense layer.
   *
   * <p>ONNX flattens images channel by channel. Where the network flattened pixel by pixel, the
   * weights' rows change places.
   *
   * @param flattened the images that were flattened for this layer, or null where it took features
   */
  static Chain dense(
      Chain chain,
      Map<String, INDArray> parameters,
      WeightWriter writer,
      InputType.InputTypeConvolutional flattened,
      IActivation activation,
      InputType out) {
    INDArray weights = parameters.get(DefaultParamInitializer.WEIGHT_KEY);
    long nOut = weights.size(1);
    INDArray byOutput = weights.permute(1, 0).dup('c');
    if (flattened != null && Images.isChannelsLast(flattened)) {
      byOutput =
          byOutput
              .reshape(
                  'c', nOut, flattened.getHeight(), flattened.getWidth(), flattened.getChannels())
              .permute(0, 3, 1, 2)
              .dup('c')
              .reshape('c', nOut, weights.size(0));
    }
    chain.main(
        "Gemm",
        writer.write(chain, byOutput, parameters.get(DefaultParamInitializer.BIAS_KEY)),
        Attributes.integer("transB", 1));
    return Activations.add(chain, activation, out);
  }

  /** Adds a flattening whose features are in the network's order. */
  static Chain flatten(Chain chain, InputType.InputTypeConvolutional images) {
    if (Images.isChannelsLast(images)) {
      chain.then("Transpose", List.of(), Attributes.integers("perm", 0, 2, 3, 1));
    }
    return flatten(chain);
  }

  /** Adds a flattening channel by channel. */
  static Chain flatten(Chain chain) {
    return chain.then("Flatten", List.of(), Attributes.integer("axis", 1));
  }

  /** Adds what makes images [C, H, W] of features in that order. */
  static Chain unflatten(Chain chain, long channels, long height, long width) {
    String shape = chain.graph().longs(chain.vertex() + ".shape", -1, channels, height, width);
    return chain.then("Reshape", List.of(shape));
  }
}
