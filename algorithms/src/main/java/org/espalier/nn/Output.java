package org.espalier.nn;

import java.util.Collection;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.conf.layers.LayerValidation;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.weights.WeightInit;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The classifier at the end, [N, nIn] to [N, nOut], with its loss.
 *
 * <p>Parameters: {@code W} [nIn, nOut] and, with bias, {@code b} [1, nOut]. Defaults: bias,
 * softmax, cross entropy on one-hot (or soft) labels, Xavier initialisation.
 */
public class Output extends OutputLayer {
  private static final long serialVersionUID = 1L;

  /** For deserialisation; use {@link #builder}. */
  public Output() {}

  private Output(Builder builder) {
    Settings.copy(builder, this);
    setLossFn(builder.getLossFn());
    setHasBias(builder.isHasBias());
    initializeConstraints(builder);
  }

  /** An output layer with the defaults above. */
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
    LayerValidation.assertNInNOutSet("Output", getLayerName(), index, getNIn(), getNOut());
    return Settings.install(
        new OutputRuntime(conf, dataType), conf, listeners, index, paramsView, initializeParams);
  }

  @Override
  public Output clone() {
    return (Output) super.clone();
  }

  /** Builds an {@link Output}. */
  @SuppressWarnings("unchecked")
  public static final class Builder extends BaseOutputLayer.Builder<Builder> {
    private Builder() {
      activation(Activation.SOFTMAX);
      lossFunction(new CrossEntropy());
      weightInit(WeightInit.XAVIER);
    }

    @Override
    public Output build() {
      return new Output(this);
    }
  }
}
