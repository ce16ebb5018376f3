package org.espalier.prune.scop;

import java.util.List;
import java.util.Objects;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.learning.regularization.Regularization;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * A learning rate of zero that remembers how the layer learned before.
 *
 * <p>Being part of the configuration it survives saving and travels, so that a network in training
 * form can be given its updaters and regularisation back wherever it is loaded. Equality is that of
 * {@link Sgd}: two suspended layers are updated alike.
 */
public final class Suspended extends Sgd {
  private static final long serialVersionUID = 1L;

  @JsonProperty private final IUpdater updater;
  @JsonProperty private final IUpdater biasUpdater;
  @JsonProperty private final List<Regularization> regularization;
  @JsonProperty private final List<Regularization> regularizationBias;

  Suspended(
      @JsonProperty("updater") IUpdater updater,
      @JsonProperty("biasUpdater") IUpdater biasUpdater,
      @JsonProperty("regularization") List<Regularization> regularization,
      @JsonProperty("regularizationBias") List<Regularization> regularizationBias) {
    super(0.0);
    this.updater = updater;
    this.biasUpdater = biasUpdater;
    this.regularization = regularization;
    this.regularizationBias = regularizationBias;
  }

  /** Freezes a layer: its parameters stay, gradients pass. */
  static void suspend(BaseLayer layer) {
    Suspended suspended =
        new Suspended(
            layer.getIUpdater(),
            layer.getBiasUpdater(),
            layer.getRegularization(),
            layer.getRegularizationBias());
    layer.setIUpdater(suspended);
    layer.setBiasUpdater(null);
    layer.setRegularization(null);
    layer.setRegularizationBias(null);
  }

  /** Lets a layer learn again as it did; one that is not suspended stays as it is. */
  static void resume(BaseLayer layer) {
    if (layer.getIUpdater() instanceof Suspended suspended) {
      layer.setIUpdater(suspended.updater);
      layer.setBiasUpdater(suspended.biasUpdater);
      layer.setRegularization(suspended.regularization);
      layer.setRegularizationBias(suspended.regularizationBias);
    }
  }

  @Override
  @SuppressWarnings("MissingSuperCall")
  public Suspended clone() {
    return new Suspended(updater, biasUpdater, regularization, regularizationBias);
  }

  @Override
  public boolean equals(Object other) {
    return super.equals(other);
  }

  @Override
  public int hashCode() {
    return Objects.hash(super.hashCode());
  }

  @Override
  public String toString() {
    return "Suspended(" + updater + ")";
  }
}
