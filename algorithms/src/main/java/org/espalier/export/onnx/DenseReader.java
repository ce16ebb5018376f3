package org.espalier.export.onnx;

import java.util.Arrays;
import org.deeplearning4j.nn.params.DefaultParamInitializer;
import org.espalier.nn.Dense;
import org.espalier.nn.Output;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Reads matrix products: dense layers, and the classifier at the end. */
final class DenseReader {
  private final GraphReader graph;

  DenseReader(GraphReader graph) {
    this.graph = graph;
  }

  Wire gemm(Operator operator) throws OnnxException {
    if (operator.integer("transA", 0) != 0) {
      throw operator.error("transposes its first input, which is not supported");
    }
    Constant weights = matrix(operator).times(operator.real("alpha", 1));
    boolean byOutput = operator.integer("transB", 0) != 0;
    INDArray product = ConvolutionReader.array(weights);
    product = byOutput ? product.permute(1, 0).dup('c') : product;
    INDArray bias =
        operator.input(2).isEmpty()
            ? null
            : vector(
                operator,
                graph.constant(operator, 2).times(operator.real("beta", 1)),
                product.size(1));
    return dense(operator, operator, product, bias);
  }

  /** A product, with the constant that is added next. */
  Wire matMul(Operator operator) throws OnnxException {
    INDArray product = ConvolutionReader.array(matrix(operator));
    Operator sum = graph.next(operator, "Add");
    if (sum != null) {
      int other = sum.input(0).equals(operator.output()) ? 1 : 0;
      if (graph.isConstant(sum.input(other))) {
        INDArray bias = vector(sum, graph.constant(sum, other), product.size(1));
        return dense(operator, sum, product, bias);
      }
    }
    return dense(operator, operator, product, null);
  }

  private Constant matrix(Operator operator) throws OnnxException {
    Constant weights = graph.constant(operator, 1);
    if (weights.rank() != 2 || weights.length() == 0) {
      throw operator.error("must have a matrix of weights");
    }
    return weights;
  }

  /**
   * Adds a layer.
   *
   * @param last the operator that makes its result, before the activation function
   * @param product [nIn, nOut], rows in ONNX's order
   */
  private Wire dense(Operator operator, Operator last, INDArray product, INDArray bias)
      throws OnnxException {
    Wire in = graph.wire(operator, 0);
    if (!in.flat() || in.elements() != product.size(0)) {
      throw operator.error(
          "takes rows of %d numbers, not %s".formatted(product.size(0), in.shape()));
    }
    int nOut = Math.toIntExact(product.size(1));
    String vertex;
    Operator relu = null;
    boolean isLast = graph.isLast(last.output());
    if (isLast) {
      if (nOut < 2) {
        throw operator.error("tells %d classes apart; there must be 2 or more".formatted(nOut));
      }
      vertex =
          graph.add(
              operator,
              Output.builder().nIn(in.elements()).nOut(nOut).hasBias(bias != null).build(),
              in.vertex());
    } else {
      relu = graph.next(last, "Relu");
      vertex =
          graph.add(
              operator,
              Dense.builder()
                  .nIn(in.elements())
                  .nOut(nOut)
                  .hasBias(bias != null)
                  .activation(relu == null ? Activation.IDENTITY : Activation.RELU)
                  .build(),
              in.vertex());
    }
    graph.parameter(vertex, DefaultParamInitializer.WEIGHT_KEY, pixelByPixel(product, in));
    if (bias != null) {
      graph.parameter(vertex, DefaultParamInitializer.BIAS_KEY, bias);
    }
    Wire out = Wire.features(vertex, nOut);
    if (isLast) {
      graph.classifier(out);
    }
    if (last != operator) {
      graph.absorb(last, out);
    }
    if (relu != null) {
      graph.absorb(relu, out);
    }
    return out;
  }

  /** Rows of ONNX's order, channel by channel, in the network's. */
  private static INDArray pixelByPixel(INDArray product, Wire in) {
    return in.height() * in.width() == 1
        ? product
        : product
            .reshape('c', in.channels(), in.height(), in.width(), product.size(1))
            .permute(1, 2, 0, 3)
            .dup('c')
            .reshape('c', product.size(0), product.size(1));
  }

  /** A vector of a length, or one number for all. */
  static INDArray vector(Operator operator, Constant constant, long length) throws OnnxException {
    float[] values = constant.floats();
    if (values.length == 1 && length <= Integer.MAX_VALUE) {
      float value = values[0];
      values = new float[(int) length];
      Arrays.fill(values, value);
    }
    if (values.length != length) {
      throw operator.error(
          "has %d numbers where one a channel is needed, %d".formatted(constant.length(), length));
    }
    return Nd4j.createFromArray(values).reshape(1, length);
  }
}
