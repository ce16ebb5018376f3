package org.espalier.quantize.ptq;

import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.util.ConvolutionUtils;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.convolution.Convolution;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** What a layer multiplies its weights with: one row for each place of its output. */
final class Patches {
  private Patches() {}

  /**
   * Returns the groups of inputs that have weights of their own: each channel of a depthwise
   * convolution, else one.
   */
  static int groups(Layer layer) {
    return layer instanceof DepthwiseConvolution2D depthwise
        ? Math.toIntExact(depthwise.getNIn())
        : 1;
  }

  /** Returns how many numbers the patches of one example have. */
  static long size(Layer layer, INDArray input) {
    long example = input.length() / input.size(0);
    return layer instanceof ConvolutionLayer convolution
        ? example * convolution.getKernelSize()[0] * convolution.getKernelSize()[1]
        : example;
  }

  /**
   * Takes an input apart.
   *
   * @return for each group [rows, weights of an output channel], in the order of the weights
   */
  static INDArray[] of(Layer layer, INDArray input) {
    if (!(layer instanceof ConvolutionLayer convolution)) {
      return new INDArray[] {input.dup('c').reshape('c', -1, input.size(input.rank() - 1))};
    }
    INDArray columns = columns(convolution, input);
    long rows = columns.size(0) * columns.size(1) * columns.size(2);
    long kernel = columns.size(4) * columns.size(5);
    INDArray[] patches = new INDArray[groups(layer)];
    if (!(layer instanceof DepthwiseConvolution2D)) {
      patches[0] = columns.reshape('c', rows, columns.size(3) * kernel);
      return patches;
    }
    INDArray byChannel = columns.reshape('c', rows, columns.size(3), kernel);
    for (int g = 0; g < patches.length; g++) {
      patches[g] =
          byChannel.get(NDArrayIndex.all(), NDArrayIndex.point(g), NDArrayIndex.all()).dup('c');
    }
    return patches;
  }

  /** Returns [N, H', W', channels, kH, kW]. */
  private static INDArray columns(ConvolutionLayer layer, INDArray input) {
    INDArray images =
        (layer.getCnn2dDataFormat() == CNN2DFormat.NHWC ? input.permute(0, 3, 1, 2) : input)
            .dup('c');
    int[] kernel = layer.getKernelSize();
    int[] stride = layer.getStride();
    int[] dilation = layer.getDilation();
    boolean same = layer.getConvolutionMode() == ConvolutionMode.Same;
    int[] padding = layer.getPadding();
    int[] size =
        ConvolutionUtils.getOutputSize(
            images,
            kernel,
            stride,
            same ? null : padding,
            layer.getConvolutionMode(),
            dilation,
            CNN2DFormat.NCHW);
    if (same) {
      int[] from = {(int) images.size(2), (int) images.size(3)};
      padding = ConvolutionUtils.getSameModeTopLeftPadding(size, from, kernel, stride, dilation);
    }
    INDArray columns =
        Nd4j.createUninitialized(
            images.dataType(),
            new long[] {images.size(0), size[0], size[1], images.size(1), kernel[0], kernel[1]},
            'c');
    Convolution.im2col(
        images,
        kernel[0],
        kernel[1],
        stride[0],
        stride[1],
        padding[0],
        padding[1],
        dilation[0],
        dilation[1],
        same,
        columns.permute(0, 3, 4, 5, 1, 2));
    return columns;
  }
}
