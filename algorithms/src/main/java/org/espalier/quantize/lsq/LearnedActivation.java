package org.espalier.quantize.lsq;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.espalier.nn.ParameterClass;
import org.espalier.nn.ParameterClasses;
import org.espalier.quantize.CodeRange;
import org.espalier.quantize.Quantization;
import org.espalier.quantize.layer.ActivationQuantizer;
import org.espalier.quantize.layer.ActivationRuntime;
import org.espalier.quantize.layer.PositiveStep;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * Rounds activations to a grid from zero, or around it, whose step is learned.
 *
 * <p>The parameter {@code step} is 0 until the first batch in training mode sets it, to 2 mean|v| /
 * sqrt(qmax). Its gradient is that of the paper, scaled with 1 / sqrt(N qmax), N being the features
 * of one example: the size of the batch does not matter.
 *
 * <p>Esser et al., <a href="https://arxiv.org/abs/1902.08153">arXiv:1902.08153</a>.
 */
public final class LearnedActivation extends ActivationQuantizer implements ParameterClasses {
  /** The name of the parameter. */
  public static final String STEP = "step";

  private static final long serialVersionUID = 1L;

  @JsonProperty("codes")
  private CodeRange codes;

  /** For deserialisation; use {@link #LearnedActivation(CodeRange)}. */
  public LearnedActivation() {}

  /**
   * Describes activations with a learned step.
   *
   * @param codes the integers: unsigned ones for what is never below zero
   */
  public LearnedActivation(CodeRange codes) {
    this.codes = Objects.requireNonNull(codes, "Cannot learn a step: codes are missing");
    this.constraints = new ArrayList<>(List.of(new PositiveStep(Set.of(STEP))));
  }

  /** The integers. */
  public CodeRange codes() {
    return codes;
  }

  @Override
  public Optional<Quantization> quantization(Map<String, INDArray> parameters) {
    return grid(parameters.get(STEP).getDouble(0));
  }

  Optional<Quantization> grid(double step) {
    return step > 0
        ? Optional.of(new Quantization((float) Math.max(PositiveStep.SMALLEST, step), 0, codes))
        : Optional.empty();
  }

  @Override
  protected List<String> parameterNames() {
    return List.of(STEP);
  }

  @Override
  public ParameterClass parameterClass(String parameter) {
    return ParameterClass.MEAN;
  }

  @Override
  protected ActivationRuntime<?> runtime(NeuralNetConfiguration conf, DataType dataType) {
    return new LearnedRuntime(conf, dataType);
  }

  @Override
  public LearnedActivation clone() {
    return (LearnedActivation) super.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof LearnedActivation that
        && codes.equals(that.codes)
        && super.equals(other);
  }

  @Override
  public int hashCode() {
    return Objects.hash(super.hashCode(), codes);
  }

  @Override
  public String toString() {
    return "LearnedActivation(" + codes + ")";
  }
}
