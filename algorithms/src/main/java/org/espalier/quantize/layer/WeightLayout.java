package org.espalier.quantize.layer;

import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.deeplearning4j.nn.conf.layers.Convolution1DLayer;
import org.deeplearning4j.nn.conf.layers.Convolution3D;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.Deconvolution2D;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.SeparableConvolution2D;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.shape.Shape;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Where the output channels are in the weights of a layer.
 *
 * <p>Layers that can be quantised: two-dimensional convolution, depthwise convolution, dense and
 * output layers, each with weights {@code W}.
 *
 * @param channels the number of output channels
 * @param length the number of weights of each
 * @param shape the shape of the weights
 * @param toChannels the order of axes that brings those of the channels to the front
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record WeightLayout(int channels, int length, long[] shape, int[] toChannels) {
  /** The name of the weights. */
  public static final String WEIGHTS = "W";

  /** Whether layers of this kind can be quantised. */
  public static boolean serves(Layer layer) {
    return layer instanceof DepthwiseConvolution2D
        || layer instanceof DenseLayer
        || layer instanceof OutputLayer
        || (layer instanceof ConvolutionLayer
            && !(layer instanceof Convolution1DLayer
                || layer instanceof Convolution3D
                || layer instanceof Deconvolution2D
                || layer instanceof SeparableConvolution2D));
  }

  /**
   * Returns the layout of a layer's weights.
   *
   * @throws IllegalArgumentException when layers of its kind cannot be quantised
   */
  public static WeightLayout of(Layer layer) {
    if (!serves(layer)) {
      throw new IllegalArgumentException(
          "Cannot quantise weights: layers of this kind have none that can be ("
              + layer.getClass().getSimpleName()
              + " "
              + layer.getLayerName()
              + ")");
    }
    FeedForwardLayer sized = (FeedForwardLayer) layer;
    int in = Math.toIntExact(sized.getNIn());
    int out = Math.toIntExact(sized.getNOut());
    if (layer instanceof DepthwiseConvolution2D depthwise) {
      int[] kernel = depthwise.getKernelSize();
      int multiplier = depthwise.getDepthMultiplier();
      return new WeightLayout(
          in * multiplier,
          kernel[0] * kernel[1],
          new long[] {kernel[0], kernel[1], in, multiplier},
          new int[] {2, 3, 0, 1});
    }
    if (layer instanceof ConvolutionLayer convolution) {
      int[] kernel = convolution.getKernelSize();
      return new WeightLayout(
          out,
          in * kernel[0] * kernel[1],
          new long[] {out, in, kernel[0], kernel[1]},
          new int[] {0, 1, 2, 3});
    }
    return new WeightLayout(out, in, new long[] {in, out}, new int[] {1, 0});
  }

  /** Returns weights, or what has their shape, channel by channel. */
  public double[] read(INDArray weights) {
    INDArray rows = dense(weights.permute(toChannels));
    double[] values = new double[Math.toIntExact(rows.length())];
    if (rows.dataType() == DataType.DOUBLE) {
      new DoublePointer(rows.data().addressPointer()).get(values);
      return values;
    }
    float[] floats = new float[values.length];
    new FloatPointer(rows.data().addressPointer()).get(floats);
    for (int i = 0; i < values.length; i++) {
      values[i] = floats[i];
    }
    return values;
  }

  /** Writes weights, given channel by channel. */
  public void write(double[] values, INDArray weights) {
    INDArray rows = weights.permute(toChannels);
    boolean direct = isDense(rows);
    INDArray target = direct ? rows : Nd4j.createUninitialized(rows.dataType(), rows.shape());
    if (rows.dataType() == DataType.DOUBLE) {
      new DoublePointer(target.data().addressPointer()).put(values, 0, values.length);
    } else {
      float[] floats = new float[values.length];
      for (int i = 0; i < values.length; i++) {
        floats[i] = (float) values[i];
      }
      new FloatPointer(target.data().addressPointer()).put(floats, 0, floats.length);
    }
    if (!direct) {
      rows.assign(target);
    }
  }

  /** Returns an array of the weights' shape, with values given channel by channel. */
  public INDArray array(double[] values, DataType type) {
    INDArray weights = Nd4j.createUninitialized(type, shape);
    write(values, weights);
    return weights;
  }

  private static INDArray dense(INDArray array) {
    return isDense(array) ? array : array.dup('c');
  }

  private static boolean isDense(INDArray array) {
    return array.ordering() == 'c' && Shape.hasDefaultStridesForShape(array);
  }
}
