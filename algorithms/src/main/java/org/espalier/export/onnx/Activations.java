package org.espalier.export.onnx;

import java.util.List;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationELU;
import org.nd4j.linalg.activations.impl.ActivationHardSigmoid;
import org.nd4j.linalg.activations.impl.ActivationHardTanH;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.activations.impl.ActivationLReLU;
import org.nd4j.linalg.activations.impl.ActivationReLU;
import org.nd4j.linalg.activations.impl.ActivationReLU6;
import org.nd4j.linalg.activations.impl.ActivationSigmoid;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;
import org.nd4j.linalg.activations.impl.ActivationTanH;

/** Writes activation functions. */
final class Activations {
  private static final float RELU6_LIMIT = 6;

  private Activations() {}

  /**
   * Adds an activation function to a chain; of the identity, nothing.
   *
   * @param type what it is applied to
   */
  static Chain add(Chain chain, IActivation function, InputType type) {
    if (function instanceof ActivationIdentity) {
      return chain;
    }
    if (isPlain(function)) {
      return chain.then("Relu", List.of());
    }
    if (function instanceof ActivationReLU6) {
      return clip(chain, 0, RELU6_LIMIT);
    }
    if (function instanceof ActivationHardTanH) {
      return clip(chain, -1, 1);
    }
    if (function instanceof ActivationLReLU leaky) {
      return chain.then("LeakyRelu", List.of(), Attributes.real("alpha", leaky.getAlpha()));
    }
    if (function instanceof ActivationELU elu) {
      return chain.then("Elu", List.of(), Attributes.real("alpha", elu.getAlpha()));
    }
    if (function instanceof ActivationSigmoid) {
      return chain.then("Sigmoid", List.of());
    }
    if (function instanceof ActivationHardSigmoid) {
      return chain.then(
          "HardSigmoid", List.of(), Attributes.real("alpha", 0.2), Attributes.real("beta", 0.5));
    }
    if (function instanceof ActivationTanH) {
      return chain.then("Tanh", List.of());
    }
    if (function instanceof ActivationSoftmax
        && !(type instanceof InputType.InputTypeConvolutional)) {
      return chain.then("Softmax", List.of(), Attributes.integer("axis", 1));
    }
    throw new IllegalArgumentException(
        "Cannot export vertex "
            + chain.vertex()
            + ": its activation function has no ONNX form here ("
            + function
            + ")");
  }

  /** A ReLU without the limits and slopes that Deeplearning4j's may have. */
  private static boolean isPlain(IActivation function) {
    return function instanceof ActivationReLU relu
        && nothing(relu.getMax())
        && nothing(relu.getThreshold())
        && nothing(relu.getNegativeSlope());
  }

  private static boolean nothing(Double setting) {
    return setting == null || setting == 0;
  }

  private static Chain clip(Chain chain, float low, float high) {
    GraphWriter graph = chain.graph();
    return chain.then(
        "Clip",
        List.of(
            graph.floats(chain.vertex() + ".min", new float[] {low}),
            graph.floats(chain.vertex() + ".max", new float[] {high})));
  }
}
