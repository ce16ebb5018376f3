package org.espalier.export.onnx;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import onnx.Onnx.AttributeProto;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.params.ConvolutionParamInitializer;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Writes convolutions and pooling over windows. */
final class ConvolutionWriter {
  private ConvolutionWriter() {}

  static Chain convolution(
      Chain chain,
      ConvolutionLayer layer,
      Map<String, INDArray> parameters,
      WeightWriter writer,
      InputType.InputTypeConvolutional in,
      InputType.InputTypeConvolutional out) {
    INDArray weights = parameters.get(ConvolutionParamInitializer.WEIGHT_KEY);
    long groups = 1;
    if (layer instanceof DepthwiseConvolution2D) {
      // [kH, kW, nIn, multiplier]
      groups = weights.size(2);
      weights =
          weights
              .permute(2, 3, 0, 1)
              .dup('c')
              .reshape('c', groups * weights.size(3), 1, weights.size(0), weights.size(1));
    }
    Pairs windows = new Pairs(layer);
    List<AttributeProto> attributes = windows.attributes(chain, in, out);
    attributes.add(windows.dilations());
    attributes.add(Attributes.integer("group", groups));
    chain.main(
        "Conv",
        writer.write(chain, weights, parameters.get(ConvolutionParamInitializer.BIAS_KEY)),
        attributes.toArray(AttributeProto[]::new));
    return Activations.add(chain, layer.getActivationFn(), out);
  }

  static Chain pooling(
      Chain chain,
      SubsamplingLayer layer,
      InputType.InputTypeConvolutional in,
      InputType.InputTypeConvolutional out) {
    Pairs windows = new Pairs(layer);
    List<AttributeProto> attributes = windows.attributes(chain, in, out);
    String type;
    switch (layer.getPoolingType()) {
      case MAX -> {
        type = "MaxPool";
        attributes.add(windows.dilations());
      }
      case AVG -> {
        type = "AveragePool";
        windows.requireNoDilation(chain);
        attributes.add(
            Attributes.integer("count_include_pad", layer.isAvgPoolIncludePadInDivisor() ? 1 : 0));
      }
      default ->
          throw new IllegalArgumentException(
              "Cannot export vertex "
                  + chain.vertex()
                  + ": only maximum and average pooling have an ONNX form ("
                  + layer.getPoolingType()
                  + ")");
    }
    return chain.main(type, List.of(), attributes.toArray(AttributeProto[]::new));
  }

  /** Which windows are looked at; every pair is rows and columns. */
  private static final class Pairs {
    private final int[] kernel;
    private final int[] stride;
    private final int[] padding;
    private final int[] dilation;
    private final ConvolutionMode mode;

    Pairs(ConvolutionLayer layer) {
      this.kernel = layer.getKernelSize();
      this.stride = layer.getStride();
      this.padding = layer.getPadding();
      this.dilation = layer.getDilation();
      this.mode = layer.getConvolutionMode();
    }

    Pairs(SubsamplingLayer layer) {
      this.kernel = layer.getKernelSize();
      this.stride = layer.getStride();
      this.padding = layer.getPadding();
      this.dilation = layer.getDilation();
      this.mode = layer.getConvolutionMode();
    }

    List<AttributeProto> attributes(
        Chain chain, InputType.InputTypeConvolutional in, InputType.InputTypeConvolutional out) {
      List<AttributeProto> attributes = new ArrayList<>();
      attributes.add(Attributes.integers("kernel_shape", kernel[0], kernel[1]));
      attributes.add(Attributes.integers("strides", stride[0], stride[1]));
      attributes.add(Attributes.integers("pads", pads(chain, in, out)));
      return attributes;
    }

    AttributeProto dilations() {
      return Attributes.integers("dilations", dilation[0], dilation[1]);
    }

    void requireNoDilation(Chain chain) {
      if (dilation[0] != 1 || dilation[1] != 1) {
        throw new IllegalArgumentException(
            "Cannot export vertex " + chain.vertex() + ": average pooling is dilated");
      }
    }

    private long[] pads(
        Chain chain, InputType.InputTypeConvolutional in, InputType.InputTypeConvolutional out) {
      return switch (mode) {
        case Truncate, Strict -> new long[] {padding[0], padding[1], padding[0], padding[1]};
        case Same -> {
          long rows = missing(0, in.getHeight(), out.getHeight());
          long columns = missing(1, in.getWidth(), out.getWidth());
          yield new long[] {rows / 2, columns / 2, rows - rows / 2, columns - columns / 2};
        }
        case Causal ->
            throw new IllegalArgumentException(
                "Cannot export vertex " + chain.vertex() + ": its padding is causal");
      };
    }

    private long missing(int axis, long in, long out) {
      return Math.max(0, (out - 1) * stride[axis] + (kernel[axis] - 1L) * dilation[axis] + 1 - in);
    }
  }
}
