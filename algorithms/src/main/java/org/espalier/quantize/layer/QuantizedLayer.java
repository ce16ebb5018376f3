package org.espalier.quantize.layer;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.wrapper.BaseWrapperLayer;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.regularization.Regularization;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * A layer that computes with quantised weights.
 *
 * <p>The parameters are those of the layer inside, full-precision weights among them where the
 * quantiser keeps any, and the quantiser's own behind them. Everything else, input, output,
 * updater, regularisation, is the layer's inside; the bias is not quantised.
 */
public final class QuantizedLayer extends BaseWrapperLayer {
  private static final long serialVersionUID = 1L;

  @JsonProperty("quantizer")
  private WeightQuantizer quantizer;

  /** For deserialisation; use {@link #QuantizedLayer(Layer, WeightQuantizer)}. */
  public QuantizedLayer() {}

  /**
   * Describes a layer with quantised weights.
   *
   * @param layer a convolution, depthwise convolution, dense or output layer
   * @throws IllegalArgumentException when layers of its kind cannot be quantised
   */
  public QuantizedLayer(Layer layer, WeightQuantizer quantizer) {
    super(layer.clone());
    WeightLayout.of(layer);
    this.quantizer = Objects.requireNonNull(quantizer, "Cannot quantise weights: no quantiser");
    this.layerName = layer.getLayerName();
    if (!quantizer.positive().isEmpty()) {
      this.constraints = new ArrayList<>(List.of(new PositiveStep(quantizer.positive())));
    }
  }

  /** How weights are quantised. */
  public WeightQuantizer quantizer() {
    return quantizer;
  }

  /** Returns the weights at inference, as integers. */
  public IntegerWeights integers(Map<String, INDArray> parameters) {
    return quantizer.integers(latent(parameters));
  }

  Latent latent(Map<String, INDArray> parameters) {
    WeightLayout layout = WeightLayout.of(underlying);
    Map<String, double[]> own = new LinkedHashMap<>();
    quantizer
        .parameters(layout.channels(), layout.length())
        .keySet()
        .forEach(name -> own.put(name, parameters.get(name).toDoubleVector()));
    double[] weights =
        quantizer.keepsWeights() ? layout.read(parameters.get(WeightLayout.WEIGHTS)) : null;
    return new Latent(layout.channels(), weights, own);
  }

  @Override
  public org.deeplearning4j.nn.api.Layer instantiate(
      NeuralNetConfiguration conf,
      Collection<TrainingListener> listeners,
      int index,
      INDArray paramsView,
      boolean initializeParams,
      DataType dataType) {
    InnerLayer inner = InnerLayer.of(underlying, conf, listeners, index, dataType);
    QuantizedRuntime runtime =
        underlying instanceof OutputLayer
            ? new QuantizedOutputRuntime(inner, conf)
            : new QuantizedRuntime(inner, conf);
    runtime.setParamsViewArray(paramsView);
    runtime.setParamTable(initializer().init(conf, paramsView, initializeParams));
    return runtime;
  }

  @Override
  public QuantizedParameters initializer() {
    return QuantizedParameters.INSTANCE;
  }

  @Override
  public IUpdater getUpdaterByParam(String parameter) {
    return ((BaseLayer) underlying)
        .getUpdaterByParam(isOwn(parameter) ? WeightLayout.WEIGHTS : parameter);
  }

  @Override
  public List<Regularization> getRegularizationByParam(String parameter) {
    if (!isOwn(parameter)) {
      return underlying.getRegularizationByParam(parameter);
    }
    return quantizer.decays(parameter)
        ? underlying.getRegularizationByParam(WeightLayout.WEIGHTS)
        : null;
  }

  @Override
  public boolean isPretrainParam(String parameter) {
    return false;
  }

  private boolean isOwn(String parameter) {
    WeightLayout layout = WeightLayout.of(underlying);
    return quantizer.parameters(layout.channels(), layout.length()).containsKey(parameter);
  }

  @Override
  public QuantizedLayer clone() {
    QuantizedLayer copy = (QuantizedLayer) super.clone();
    copy.underlying = underlying.clone();
    return copy;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof QuantizedLayer that
        && quantizer.equals(that.quantizer)
        && super.equals(other);
  }

  @Override
  public int hashCode() {
    return Objects.hash(super.hashCode(), quantizer);
  }

  @Override
  public String toString() {
    return "QuantizedLayer(" + underlying + ", " + quantizer + ")";
  }
}
