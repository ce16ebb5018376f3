package org.espalier.nn;

import java.util.Collection;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Maximum or average over windows: [N, H, W, C] to [N, H', W', C], H' = floor((H + 2p - k) /
 * stride) + 1.
 *
 * <p>Padding never wins a maximum and does not count in an average. Default: stride equal to the
 * window, no padding.
 */
public class Pooling extends SubsamplingLayer {
  private static final long serialVersionUID = 1L;

  /** For deserialisation; use {@link #max} or {@link #average}. */
  public Pooling() {}

  private Pooling(Builder builder) {
    setLayerName(builder.getLayerName());
    setPoolingType(builder.type);
    setKernelSize(builder.window.clone());
    setStride(builder.stride.clone());
    setPadding(builder.padding.clone());
    setConvolutionMode(ConvolutionMode.Truncate);
    setAvgPoolIncludePadInDivisor(false);
    setCnn2dDataFormat(CNN2DFormat.NHWC);
  }

  /** Maximum over windows of kH rows and kW columns. */
  public static Builder max(int kH, int kW) {
    return new Builder(org.deeplearning4j.nn.conf.layers.PoolingType.MAX, kH, kW);
  }

  /** Average over windows of kH rows and kW columns. */
  public static Builder average(int kH, int kW) {
    return new Builder(org.deeplearning4j.nn.conf.layers.PoolingType.AVG, kH, kW);
  }

  @Override
  public org.deeplearning4j.nn.api.Layer instantiate(
      NeuralNetConfiguration conf,
      Collection<TrainingListener> listeners,
      int index,
      INDArray paramsView,
      boolean initializeParams,
      DataType dataType) {
    return Settings.place(new PoolingRuntime(conf, dataType), listeners, index);
  }

  @Override
  public Pooling clone() {
    return (Pooling) super.clone();
  }

  /** Builds a {@link Pooling}. */
  @SuppressWarnings("unchecked")
  public static final class Builder extends Layer.Builder<Builder> {
    private final org.deeplearning4j.nn.conf.layers.PoolingType type;
    private final int[] window;
    private int[] stride;
    private int[] padding = {0, 0};

    private Builder(org.deeplearning4j.nn.conf.layers.PoolingType type, int kH, int kW) {
      this.type = type;
      this.window = Settings.pair("window", 1, kH, kW);
      this.stride = window;
    }

    /** Distance of the windows: one number for both axes, or rows and columns; at least 1. */
    public Builder stride(int... stride) {
      this.stride = Settings.pair("stride", 1, stride);
      return this;
    }

    /** Rows and columns added on each side: one number for both axes, or one each; at least 0. */
    public Builder padding(int... padding) {
      this.padding = Settings.pair("padding", 0, padding);
      return this;
    }

    @Override
    public Pooling build() {
      return new Pooling(this);
    }
  }
}
