package org.espalier.quantize.layer;

import java.util.Collection;
import java.util.Objects;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.wrapper.BaseWrapperLayer;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.espalier.nn.BatchNorm;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * Batch normalisation that, from some iteration on, uses its running statistics in training too and
 * leaves them as they are. Gamma and beta go on learning.
 */
public final class FreezingNormalization extends BaseWrapperLayer {
  private static final long serialVersionUID = 1L;

  @JsonProperty("freeze")
  private int freeze;

  /** For deserialisation; use {@link #FreezingNormalization(BatchNorm, int)}. */
  public FreezingNormalization() {}

  /**
   * Describes a batch normalisation that freezes.
   *
   * @param freeze the first iteration without statistics of the batch, at least 0
   */
  public FreezingNormalization(BatchNorm normalization, int freeze) {
    super(normalization.clone());
    if (freeze < 0) {
      throw new IllegalArgumentException(
          "Cannot freeze batch normalisation: the iteration must be at least 0 (" + freeze + ")");
    }
    this.freeze = freeze;
    this.layerName = normalization.getLayerName();
  }

  /** The first iteration without statistics of the batch. */
  public int freeze() {
    return freeze;
  }

  @Override
  public org.deeplearning4j.nn.api.Layer instantiate(
      NeuralNetConfiguration conf,
      Collection<TrainingListener> listeners,
      int index,
      INDArray paramsView,
      boolean initializeParams,
      DataType dataType) {
    NeuralNetConfiguration inside = InnerLayer.settings(underlying, conf);
    return new FreezingRuntime(
        underlying.instantiate(inside, listeners, index, paramsView, initializeParams, dataType),
        conf);
  }

  @Override
  public IUpdater getUpdaterByParam(String parameter) {
    return ((BatchNorm) underlying).getUpdaterByParam(parameter);
  }

  @Override
  public FreezingNormalization clone() {
    FreezingNormalization copy = (FreezingNormalization) super.clone();
    copy.underlying = underlying.clone();
    return copy;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof FreezingNormalization that
        && freeze == that.freeze
        && super.equals(other);
  }

  @Override
  public int hashCode() {
    return Objects.hash(super.hashCode(), freeze);
  }

  @Override
  public String toString() {
    return "FreezingNormalization(" + underlying + ", freeze=" + freeze + ")";
  }
}
