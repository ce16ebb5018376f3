package org.espalier.nn;

import java.util.Collection;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.layers.LayerValidation;
import org.deeplearning4j.nn.weights.WeightInit;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A fully connected layer, [N, nIn] to [N, nOut].
 *
 * <p>Parameters: {@code W} [nIn, nOut] and, with bias, {@code b} [1, nOut]. Defaults: bias, no
 * activation, He initialisation.
 */
public class Dense extends DenseLayer {
  private static final long serialVersionUID = 1L;

  /** For deserialisation; use {@link #builder}. */
  public Dense() {}

  private Dense(Builder builder) {
    Settings.copy(builder, this);
    setHasBias(builder.hasBias);
    initializeConstraints(builder);
  }

  /** A dense layer with the defaults above. */
  public static Builder builder() {
    return new Builder();
  }

  @Override
  public org.deeplearning4j.nn.api.Layer instantiate(
      NeuralNetConfiguration conf,
      Collection<TrainingListener> listeners,
      int index,
      INDArray paramsView,
      boolean initializeParams,
      DataType dataType) {
    LayerValidation.assertNInNOutSet("Dense", getLayerName(), index, getNIn(), getNOut());
    return Settings.install(
        new DenseRuntime(conf, dataType), conf, listeners, index, paramsView, initializeParams);
  }

  @Override
  public Dense clone() {
    return (Dense) super.clone();
  }

  /** Builds a {@link Dense}. */
  @SuppressWarnings("unchecked")
  public static final class Builder extends FeedForwardLayer.Builder<Builder> {
    private boolean hasBias = true;

    private Builder() {
      activation(Activation.IDENTITY);
      weightInit(WeightInit.RELU);
    }

    /** Whether to add a bias. */
    public Builder hasBias(boolean hasBias) {
      this.hasBias = hasBias;
      return this;
    }

    @Override
    public Dense build() {
      return new Dense(this);
    }
  }
}
