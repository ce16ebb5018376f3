package org.espalier.nn;

import java.util.Collection;
import java.util.Objects;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.LayerValidation;
import org.deeplearning4j.nn.weights.WeightInit;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * Two-dimensional convolution, [N, H, W, nIn] to [N, H', W', nOut].
 *
 * <p>Parameters: {@code W} [nOut, nIn, kH, kW] and, with bias, {@code b} [1, nOut]. Padding is
 * explicit and symmetric; H' = floor((H + 2p - k) / stride) + 1. Defaults: stride 1, no padding, no
 * bias, no activation, He initialisation (normal, variance 2 / (nIn kH kW)).
 */
public class Convolution extends ConvolutionLayer {
  private static final long serialVersionUID = 1L;

  @JsonProperty("inputGradient")
  private boolean inputGradient = true;

  /** For deserialisation; use {@link #builder}. */
  public Convolution() {}

  private Convolution(Builder builder) {
    super(builder);
    setCnn2dDataFormat(CNN2DFormat.NHWC);
    this.inputGradient = builder.inputGradient;
  }

  /** A convolution with a kernel of kH rows and kW columns. */
  public static Builder builder(int kH, int kW) {
    return new Builder().kernelSize(kH, kW);
  }

  @Override
  public org.deeplearning4j.nn.api.Layer instantiate(
      NeuralNetConfiguration conf,
      Collection<TrainingListener> listeners,
      int index,
      INDArray paramsView,
      boolean initializeParams,
      DataType dataType) {
    LayerValidation.assertNInNOutSet("Convolution", getLayerName(), index, getNIn(), getNOut());
    return Settings.install(
        new ConvolutionRuntime(conf, dataType),
        conf,
        listeners,
        index,
        paramsView,
        initializeParams);
  }

  /** Whether the gradient at the input is computed. */
  public boolean inputGradient() {
    return inputGradient;
  }

  /** Returns a copy of this configuration, with or without the gradient at the input. */
  public Convolution withInputGradient(boolean computed) {
    Convolution copy = clone();
    copy.inputGradient = computed;
    return copy;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Convolution that
        && inputGradient == that.inputGradient
        && super.equals(other);
  }

  @Override
  public int hashCode() {
    return Objects.hash(super.hashCode(), inputGradient);
  }

  @Override
  public Convolution clone() {
    return (Convolution) super.clone();
  }

  /** Builds a {@link Convolution}. */
  @SuppressWarnings("unchecked")
  public static final class Builder extends ConvolutionLayer.BaseConvBuilder<Builder> {
    private boolean inputGradient = true;

    private Builder() {
      hasBias(false);
      activation(Activation.IDENTITY);
      weightInit(WeightInit.RELU);
      setConvolutionMode(ConvolutionMode.Truncate);
    }

    /**
     * Whether to compute the gradient at the input. A convolution right on the network's input can
     * do without: nothing reads it there. Default: true.
     */
    public Builder inputGradient(boolean inputGradient) {
      this.inputGradient = inputGradient;
      return this;
    }

    @Override
    protected boolean allowCausal() {
      return false;
    }

    @Override
    public void setKernelSize(int[] kernelSize) {
      super.setKernelSize(Settings.pair("kernel size", 1, kernelSize));
    }

    @Override
    public void setStride(int[] stride) {
      super.setStride(Settings.pair("stride", 1, stride));
    }

    @Override
    public void setPadding(int[] padding) {
      super.setPadding(Settings.pair("padding", 0, padding));
    }

    @Override
    public void setDilation(int[] dilation) {
      super.setDilation(Settings.pair("dilation", 1, dilation));
    }

    @Override
    public Convolution build() {
      return new Convolution(this);
    }
  }
}
