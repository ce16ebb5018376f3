package org.espalier.export.onnx;

import java.util.List;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.ZeroPaddingLayer;
import org.deeplearning4j.nn.params.ConvolutionParamInitializer;
import org.deeplearning4j.nn.weights.WeightInit;
import org.espalier.nn.Convolution;
import org.espalier.nn.GlobalAveragePooling;
import org.espalier.nn.PaddedShortcut;
import org.espalier.nn.Pooling;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Reads convolutions and pooling. */
final class ConvolutionReader {
  private static final List<String> FLATTENING = List.of("Flatten", "Reshape");

  private final GraphReader graph;

  ConvolutionReader(GraphReader graph) {
    this.graph = graph;
  }

  Wire convolution(Operator operator) throws OnnxException {
    Wire in = graph.images(operator);
    Constant weights = graph.constant(operator, 1);
    if (weights.rank() != 4) {
      throw operator.error(
          "must be two-dimensional (weights have %d axes)".formatted(weights.rank()));
    }
    long[] shape = weights.shape();
    long groups = operator.integer("group", 1);
    boolean depthwise = groups > 1 && groups == in.channels();
    if (groups != 1 && !depthwise) {
      throw operator.error(
          "has %d groups; 1, or as many as input channels, are supported".formatted(groups));
    }
    if (shape[1] * groups != in.channels() || shape[0] < 1 || shape[0] % groups != 0) {
      throw operator.error(
          "has weights %s for an input of %d channels"
              .formatted(List.of(shape[0], shape[1], shape[2], shape[3]), in.channels()));
    }
    long[] kernel = {shape[2], shape[3]};
    long[] stated = operator.integers("kernel_shape", kernel);
    if (stated.length != 2 || stated[0] != kernel[0] || stated[1] != kernel[1]) {
      throw operator.error("has a kernel_shape that is not its weights'");
    }
    Windows windows = Windows.of(operator, kernel, in);
    boolean bias = !operator.input(2).isEmpty();
    String below = in.vertex();
    int[] padding = windows.before();
    if (!windows.areSymmetric(in)) {
      below = padded(operator, windows.before(), windows.after(), below);
      padding = new int[] {0, 0};
    }
    String vertex =
        depthwise
            ? depthwise(operator, weights, windows, padding, bias, below)
            : plain(operator, weights, windows, padding, bias, below, graph.isInput(in));
    if (bias) {
      graph.parameter(vertex, ConvolutionParamInitializer.BIAS_KEY, vector(operator, 2, shape[0]));
    }
    return Wire.images(vertex, (int) shape[0], windows.out()[0], windows.out()[1]);
  }

  private String plain(
      Operator operator,
      Constant weights,
      Windows windows,
      int[] padding,
      boolean bias,
      String below,
      boolean first) {
    String vertex =
        graph.add(
            operator,
            Convolution.builder(windows.kernel()[0], windows.kernel()[1])
                .nIn(weights.shape()[1])
                .nOut(weights.shape()[0])
                .stride(windows.stride())
                .padding(padding)
                .dilation(windows.dilation())
                .hasBias(bias)
                .inputGradient(!first)
                .build(),
            below);
    graph.parameter(vertex, ConvolutionParamInitializer.WEIGHT_KEY, array(weights));
    return vertex;
  }

  private String depthwise(
      Operator operator,
      Constant weights,
      Windows windows,
      int[] padding,
      boolean bias,
      String below)
      throws OnnxException {
    long channels = operator.integer("group", 1);
    long multiplier = weights.shape()[0] / channels;
    DepthwiseConvolution2D layer =
        new DepthwiseConvolution2D.Builder(windows.kernel()[0], windows.kernel()[1])
            .nIn(channels)
            .nOut(channels * multiplier)
            .depthMultiplier((int) multiplier)
            .stride(windows.stride())
            .padding(padding)
            .dilation(windows.dilation())
            .convolutionMode(ConvolutionMode.Truncate)
            .dataFormat(CNN2DFormat.NHWC)
            .hasBias(bias)
            .activation(Activation.IDENTITY)
            .weightInit(WeightInit.RELU)
            .build();
    String vertex = graph.add(operator, layer, below);
    graph.parameter(
        vertex,
        ConvolutionParamInitializer.WEIGHT_KEY,
        array(weights)
            .reshape('c', channels, multiplier, windows.kernel()[0], windows.kernel()[1])
            .permute(2, 3, 0, 1)
            .dup('c'));
    return vertex;
  }

  /** Adds rows and columns of zeros. */
  String padded(Operator operator, int[] before, int[] after, String below) {
    ZeroPaddingLayer layer =
        new ZeroPaddingLayer.Builder(before[0], after[0], before[1], after[1])
            .dataFormat(CNN2DFormat.NHWC)
            .build();
    return graph.add(operator, layer, below);
  }

  Wire pooling(Operator operator, boolean maximum) throws OnnxException {
    Wire in = graph.images(operator);
    if (operator.hasMoreOutputs()) {
      throw operator.error("has a second output, which is not supported");
    }
    Windows windows = Windows.of(operator, operator.integers("kernel_shape"), in);
    if (windows.isDilated()) {
      throw operator.error("is dilated, which is not supported");
    }
    if (!windows.areSymmetric(in)) {
      throw operator.error("has padding that differs from side to side, which is not supported");
    }
    int height = windows.out()[0];
    int width = windows.out()[1];
    if (maximum && isSampling(windows)) {
      return sampled(operator, in, windows.stride()[0], height, width);
    }
    String vertex =
        !maximum && windows.isPadded() && operator.integer("count_include_pad", 0) != 0
            ? graph.add(operator, averageWithPadding(windows), in.vertex())
            : graph.add(
                operator,
                (maximum
                        ? Pooling.max(windows.kernel()[0], windows.kernel()[1])
                        : Pooling.average(windows.kernel()[0], windows.kernel()[1]))
                    .stride(windows.stride())
                    .padding(windows.before())
                    .build(),
                in.vertex());
    return Wire.images(vertex, in.channels(), height, width);
  }

  private static SubsamplingLayer averageWithPadding(Windows windows) {
    return new SubsamplingLayer.Builder(PoolingType.AVG)
        .kernelSize(windows.kernel())
        .stride(windows.stride())
        .padding(windows.before())
        .convolutionMode(ConvolutionMode.Truncate)
        .avgPoolIncludePadInDivisor(true)
        .dataFormat(CNN2DFormat.NHWC)
        .build();
  }

  private static boolean isSampling(Windows windows) {
    return windows.kernel()[0] == 1
        && windows.kernel()[1] == 1
        && windows.stride()[0] == windows.stride()[1]
        && !windows.isPadded();
  }

  /** Every s-th pixel, with the channels of zeros that come behind. */
  private Wire sampled(Operator operator, Wire in, int stride, int height, int width)
      throws OnnxException {
    Operator next = graph.next(operator, "Pad");
    Padding padding = next == null ? null : Padding.of(next, graph);
    boolean channels = padding != null && padding.isOfChannelsAlone();
    int before = channels ? padding.before()[0] : 0;
    int after = channels ? padding.after()[0] : 0;
    String vertex =
        graph.add(operator, PaddedShortcut.builder(stride, before, after).build(), in.vertex());
    Wire out = Wire.images(vertex, before + in.channels() + after, height, width);
    if (channels) {
      graph.absorb(next, out);
    }
    return out;
  }

  Wire globalPooling(Operator operator) throws OnnxException {
    Wire in = graph.images(operator);
    if (graph.onlyReadBy(operator.output(), FLATTENING)) {
      String vertex = graph.add(operator, GlobalAveragePooling.builder().build(), in.vertex());
      return new Wire(vertex, in.channels(), 1, 1, false, false);
    }
    String vertex =
        graph.add(operator, Pooling.average(in.height(), in.width()).build(), in.vertex());
    return Wire.images(vertex, in.channels(), 1, 1);
  }

  /** A constant of one number a channel. */
  private INDArray vector(Operator operator, int i, long channels) throws OnnxException {
    return DenseReader.vector(operator, graph.constant(operator, i), channels);
  }

  static INDArray array(Constant constant) {
    return Nd4j.createFromArray(constant.floats()).reshape('c', constant.shape());
  }
}
