package org.espalier.nn;

import java.util.Collection;
import java.util.List;
import java.util.Objects;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.layers.LayerValidation;
import org.deeplearning4j.nn.params.BatchNormalizationParamInitializer;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.regularization.Regularization;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * Batch normalisation over all but the channel axis, with an optional ReLU fused in.
 *
 * <p>Shape is kept: [N, H, W, C] or [N, C]. Parameters, C numbers each: {@code gamma}, {@code
 * beta}, {@code mean}, {@code var}; the last two are the running statistics, var being the biased
 * variance itself, not its logarithm. Running statistics move with each backward pass: mean = decay
 * * mean + (1 - decay) * batch mean, and so for var. Defaults: eps 1e-5, decay 0.9, no ReLU.
 *
 * <p>Regularisation set on the layer or the network applies to gamma and beta alike, never to the
 * running statistics.
 *
 * <p>Ioffe and Szegedy, <a href="https://arxiv.org/abs/1502.03167">arXiv:1502.03167</a>.
 */
public class BatchNorm extends BatchNormalization {
  private static final long serialVersionUID = 1L;

  @JsonProperty("relu")
  private boolean relu;

  /** For deserialisation; use {@link #builder}. */
  public BatchNorm() {
    setUseLogStd(false);
    setCnn2DFormat(CNN2DFormat.NHWC);
  }

  private BatchNorm(Builder builder) {
    this();
    Settings.copy(builder, this);
    initializeConstraints(builder);
    setEps(builder.eps);
    setDecay(builder.decay);
    this.relu = builder.relu;
  }

  /** A batch normalisation with the defaults above. */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Always sets false: the variance itself is stored, never its logarithm. Deeplearning4j's JSON
   * reader would set true on every configuration that no network was made of yet.
   */
  @Override
  public void setUseLogStd(boolean useLogStd) {
    super.setUseLogStd(false);
  }

  /** Whether negative outputs become zero. */
  public boolean isRelu() {
    return relu;
  }

  @Override
  public org.deeplearning4j.nn.api.Layer instantiate(
      NeuralNetConfiguration conf,
      Collection<TrainingListener> listeners,
      int index,
      INDArray paramsView,
      boolean initializeParams,
      DataType dataType) {
    LayerValidation.assertNOutSet("BatchNorm", getLayerName(), index, getNOut());
    return Settings.install(
        new BatchNormRuntime(conf, dataType), conf, listeners, index, paramsView, initializeParams);
  }

  @Override
  public List<Regularization> getRegularizationByParam(String param) {
    return switch (param) {
      case BatchNormalizationParamInitializer.GAMMA, BatchNormalizationParamInitializer.BETA ->
          getRegularization();
      default -> null;
    };
  }

  @Override
  public BatchNorm clone() {
    return (BatchNorm) super.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof BatchNorm that && relu == that.relu && super.equals(other);
  }

  @Override
  public int hashCode() {
    return Objects.hash(super.hashCode(), relu);
  }

  @Override
  public String toString() {
    return super.toString() + "(relu=" + relu + ")";
  }

  /** Builds a {@link BatchNorm}. */
  @SuppressWarnings("unchecked")
  public static final class Builder extends FeedForwardLayer.Builder<Builder> {
    private boolean relu;
    private double eps = 1e-5;
    private double decay = 0.9;

    private Builder() {
      activation(Activation.IDENTITY);
    }

    /** Whether to apply ReLU to the output. */
    public Builder relu(boolean relu) {
      this.relu = relu;
      return this;
    }

    /** What is added to the variance, above 0. */
    public Builder eps(double eps) {
      if (!(eps > 0)) {
        throw new IllegalArgumentException(
            "Cannot build batch normalisation: eps must be above 0 (" + eps + ")");
      }
      this.eps = eps;
      return this;
    }

    /** How much of the running statistics each batch keeps, from 0 to 1. */
    public Builder decay(double decay) {
      if (!(decay >= 0 && decay <= 1)) {
        throw new IllegalArgumentException(
            "Cannot build batch normalisation: decay must be from 0 to 1 (" + decay + ")");
      }
      this.decay = decay;
      return this;
    }

    @Override
    public BatchNorm build() {
      return new BatchNorm(this);
    }
  }
}
