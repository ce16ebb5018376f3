package org.espalier.quantize.simqat;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.espalier.nn.ParameterClass;
import org.espalier.nn.ParameterClasses;
import org.espalier.quantize.Quantization;
import org.espalier.quantize.ValueRange;
import org.espalier.quantize.layer.ActivationQuantizer;
import org.espalier.quantize.layer.ActivationRuntime;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.NoOp;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * Rounds activations to a grid that covers the range that was observed in training.
 *
 * <p>Parameters {@code min} and {@code max}, 0 while nothing was seen. A forward pass in training
 * mode rounds with the range as it was, the very first one with that of its own batch, and moves
 * it. So workers that combine their ranges after each step round as one worker would that has all
 * of their batches, once they start from a common range. Inference rounds with the range as it is,
 * whatever the delay.
 */
public final class ObservedActivation extends ActivationQuantizer implements ParameterClasses {
  /** The name of the lower end. */
  public static final String MIN = "min";

  /** The name of the upper end. */
  public static final String MAX = "max";

  private static final long serialVersionUID = 1L;

  @JsonProperty("settings")
  private ObservedSettings settings;

  /** For deserialisation; use {@link #ObservedActivation(ObservedSettings)}. */
  public ObservedActivation() {}

  /** Describes observed activations. */
  public ObservedActivation(ObservedSettings settings) {
    this.settings = Objects.requireNonNull(settings, "Cannot observe activations: no settings");
  }

  /** The settings. */
  public ObservedSettings settings() {
    return settings;
  }

  @Override
  public Optional<Quantization> quantization(Map<String, INDArray> parameters) {
    ValueRange range = range(parameters);
    return range.isEmpty() ? Optional.empty() : Optional.of(settings.grid(range));
  }

  static ValueRange range(Map<String, INDArray> parameters) {
    return new ValueRange(parameters.get(MIN).getDouble(0), parameters.get(MAX).getDouble(0));
  }

  @Override
  protected List<String> parameterNames() {
    return List.of(MIN, MAX);
  }

  @Override
  public IUpdater getUpdaterByParam(String parameter) {
    return new NoOp();
  }

  @Override
  public ParameterClass parameterClass(String parameter) {
    return parameter.equals(MIN) ? ParameterClass.MINIMUM : ParameterClass.MAXIMUM;
  }

  @Override
  protected ActivationRuntime<?> runtime(NeuralNetConfiguration conf, DataType dataType) {
    return new ObservedRuntime(conf, dataType);
  }

  @Override
  public ObservedActivation clone() {
    return (ObservedActivation) super.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ObservedActivation that
        && settings.equals(that.settings)
        && super.equals(other);
  }

  @Override
  public int hashCode() {
    return Objects.hash(super.hashCode(), settings);
  }

  @Override
  public String toString() {
    return "ObservedActivation(" + settings + ")";
  }
}
