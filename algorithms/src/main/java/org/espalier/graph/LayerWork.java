package org.espalier.graph;

import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.conf.layers.BaseRecurrentLayer;
import org.deeplearning4j.nn.conf.layers.Convolution1D;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.Deconvolution2D;
import org.deeplearning4j.nn.conf.layers.Deconvolution3D;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LocallyConnected1D;
import org.deeplearning4j.nn.conf.layers.LocallyConnected2D;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.samediff.AbstractSameDiffLayer;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What one layer computes for one example.
 *
 * @param macs multiply-accumulates of a convolution or dense layer
 * @param biasAdditions additions of its bias
 */
record LayerWork(long macs, long biasAdditions) {
  private static final String BIAS = "b";

  /** Counts, at the shapes of a layer's input and output. */
  static LayerWork of(String name, Layer layer, InputType input, InputType output) {
    org.deeplearning4j.nn.conf.layers.Layer kind = LayerWeights.kind(layer);
    if (layer.numParams() == 0) {
      return new LayerWork(0, 0);
    }
    INDArray bias = layer.paramTable().get(BIAS);
    long biases = bias == null ? 0 : bias.length();
    if (kind instanceof ConvolutionLayer) {
      long produced = positions(name, kind, output);
      return new LayerWork(
          weights(layer) * (isTransposed(kind) ? positions(name, kind, input) : produced),
          biases * produced);
    }
    if (kind instanceof LocallyConnected1D || kind instanceof LocallyConnected2D) {
      return new LayerWork(weights(layer), output.arrayElementsPerExample());
    }
    if (isUnknown(kind)) {
      throw unknown(name, kind);
    }
    return kind instanceof DenseLayer || kind instanceof BaseOutputLayer
        ? new LayerWork(weights(layer), biases)
        : new LayerWork(0, 0);
  }

  private static boolean isTransposed(org.deeplearning4j.nn.conf.layers.Layer kind) {
    return kind instanceof Deconvolution2D || kind instanceof Deconvolution3D;
  }

  private static boolean isUnknown(org.deeplearning4j.nn.conf.layers.Layer kind) {
    return kind instanceof BaseRecurrentLayer
        || kind instanceof RnnOutputLayer
        || kind instanceof AbstractSameDiffLayer;
  }

  private static long weights(Layer layer) {
    return LayerWeights.multiplied(layer).values().stream().mapToLong(INDArray::length).sum();
  }

  private static long positions(
      String name, org.deeplearning4j.nn.conf.layers.Layer kind, InputType type) {
    if (type instanceof InputType.InputTypeConvolutional map) {
      return map.getHeight() * map.getWidth();
    }
    if (type instanceof InputType.InputTypeConvolutional3D map) {
      return map.getDepth() * map.getHeight() * map.getWidth();
    }
    if (type instanceof InputType.InputTypeRecurrent sequence
        && kind instanceof Convolution1D
        && sequence.getTimeSeriesLength() > 0) {
      return sequence.getTimeSeriesLength();
    }
    throw unknown(name, kind);
  }

  private static IllegalArgumentException unknown(
      String name, org.deeplearning4j.nn.conf.layers.Layer kind) {
    return new IllegalArgumentException(
        "Cannot count the cost of layer %s: only convolutions of images, volumes and sequences of known length, and dense layers are counted (%s)"
            .formatted(name, kind.getClass().getSimpleName()));
  }
}
