package org.espalier.quantize.layer;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.espalier.nn.fused.CodeGrid;
import org.espalier.quantize.FakeQuantization;
import org.espalier.quantize.Quantization;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/** Rounds activations to a grid that no longer changes: what a converted network computes with. */
public final class FixedActivation extends ActivationQuantizer {
  private static final long serialVersionUID = 1L;

  @JsonProperty("quantization")
  private Quantization quantization;

  /** For deserialisation; use {@link #FixedActivation(Quantization)}. */
  public FixedActivation() {}

  /** Describes rounding to a grid. */
  public FixedActivation(Quantization quantization) {
    this.quantization =
        Objects.requireNonNull(quantization, "Cannot quantise activations: no grid");
  }

  /** The grid. */
  public Quantization quantization() {
    return quantization;
  }

  @Override
  public Optional<Quantization> quantization(Map<String, INDArray> parameters) {
    return Optional.of(quantization);
  }

  @Override
  protected List<String> parameterNames() {
    return List.of();
  }

  @Override
  protected ActivationRuntime<?> runtime(NeuralNetConfiguration conf, DataType dataType) {
    return new FixedRuntime(conf, dataType);
  }

  private static final class FixedRuntime extends ActivationRuntime<FixedActivation> {
    private static final long serialVersionUID = 1L;

    FixedRuntime(NeuralNetConfiguration conf, DataType dataType) {
      super(conf, dataType);
    }

    @Override
    public Optional<CodeGrid> codes() {
      Quantization grid = layerConf().quantization();
      int up = grid.unsignedOffset();
      return Optional.of(
          new CodeGrid(
              grid.scale(),
              grid.zeroPoint() + up,
              grid.codes().min() + up,
              grid.codes().max() + up));
    }

    @Override
    public boolean isReady() {
      return true;
    }

    @Override
    protected void see(INDArray input) {
      // The grid is fixed.
    }

    @Override
    protected Optional<Quantization> trained() {
      return Optional.of(layerConf().quantization());
    }

    @Override
    protected void backward(
        INDArray input, Quantization quantization, INDArray epsilon, INDArray below) {
      FakeQuantization.backward(input, quantization, epsilon, below);
    }
  }

  @Override
  public FixedActivation clone() {
    return (FixedActivation) super.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof FixedActivation that
        && quantization.equals(that.quantization)
        && super.equals(other);
  }

  @Override
  public int hashCode() {
    return Objects.hash(super.hashCode(), quantization);
  }

  @Override
  public String toString() {
    return "FixedActivation(" + quantization + ")";
  }
}
