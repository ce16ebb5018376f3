package org.espalier.export.onnx;

import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.params.BatchNormalizationParamInitializer;
import org.espalier.nn.BatchNorm;
import org.espalier.nn.ResidualSum;
import org.nd4j.linalg.activations.Activation;

/** Reads what keeps a tensor's shape: batch normalisation, activation functions, sums. */
final class ElementReader {
  private static final double RELU6_LIMIT = 6;
  private static final int INPUTS = 5;

  private final GraphReader graph;

  ElementReader(GraphReader graph) {
    this.graph = graph;
  }

  /** Batch normalisation, with the ReLU behind it. */
  Wire normalization(Operator operator) throws OnnxException {
    Wire in = graph.wire(operator, 0);
    if (operator.integer("training_mode", 0) != 0 || operator.hasMoreOutputs()) {
      throw operator.error("is in training mode; only inference is supported");
    }
    if (in.images() && in.flat()) {
      throw operator.error("normalises flattened images, which is not supported");
    }
    if (operator.inputs().size() != INPUTS) {
      throw operator.error("must have 5 inputs (%d)".formatted(operator.inputs().size()));
    }
    double eps = operator.real("epsilon", 1e-5);
    double decay = operator.real("momentum", 0.9);
    if (!(eps > 0) || !(decay >= 0 && decay <= 1)) {
      throw operator.error("has epsilon %s and momentum %s".formatted(eps, decay));
    }
    Operator relu = graph.next(operator, "Relu");
    String vertex =
        graph.add(
            operator,
            BatchNorm.builder()
                .nIn(in.channels())
                .nOut(in.channels())
                .eps(eps)
                .decay(decay)
                .relu(relu != null)
                .build(),
            in.vertex());
    String[] keys = {
      BatchNormalizationParamInitializer.GAMMA,
      BatchNormalizationParamInitializer.BETA,
      BatchNormalizationParamInitializer.GLOBAL_MEAN,
      BatchNormalizationParamInitializer.GLOBAL_VAR
    };
    for (int i = 0; i < keys.length; i++) {
      Constant values = graph.constant(operator, i + 1);
      graph.parameter(vertex, keys[i], DenseReader.vector(operator, values, in.channels()));
    }
    return with(relu, in.madeBy(vertex));
  }

  /** A sum of two tensors, with the ReLU behind it. */
  Wire sum(Operator operator) throws OnnxException {
    Wire first = graph.wire(operator, 0);
    Wire second = graph.wire(operator, 1);
    if (!first.isSameShape(second)) {
      throw operator.error(
          "adds tensors of different shapes (%s, %s)".formatted(first.shape(), second.shape()));
    }
    Operator relu = graph.next(operator, "Relu");
    String vertex =
        graph.add(operator, new ResidualSum(relu != null), first.vertex(), second.vertex());
    return with(relu, first.madeBy(vertex));
  }

  private Wire with(Operator relu, Wire wire) {
    if (relu != null) {
      graph.absorb(relu, wire);
    }
    return wire;
  }

  Wire activation(Operator operator, Activation function) throws OnnxException {
    Wire in = graph.wire(operator, 0);
    return in.madeBy(graph.add(operator, new ActivationLayer(function), in.vertex()));
  }

  /** ReLU, or ReLU6. */
  Wire clip(Operator operator) throws OnnxException {
    double low = limit(operator, 1, "min", Double.NEGATIVE_INFINITY);
    double high = limit(operator, 2, "max", Double.POSITIVE_INFINITY);
    if (low == 0 && high == RELU6_LIMIT) {
      return activation(operator, Activation.RELU6);
    }
    if (low == 0 && high >= Float.MAX_VALUE) {
      return activation(operator, Activation.RELU);
    }
    throw operator.error(
        "clips to %s..%s; only 0..6 and 0 without a limit are supported".formatted(low, high));
  }

  /** A limit, which was an attribute before opset 11. */
  private double limit(Operator operator, int i, String key, double otherwise)
      throws OnnxException {
    if (operator.input(i).isEmpty()) {
      return operator.real(key, otherwise);
    }
    Constant limit = graph.constant(operator, i);
    if (limit.length() != 1) {
      throw operator.error("must have one number as " + key + " (" + limit.length() + ")");
    }
    return limit.values()[0];
  }
}
