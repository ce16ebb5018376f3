package org.espalier.quantize.simqat;

import java.util.Optional;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.espalier.quantize.FakeQuantization;
import org.espalier.quantize.Quantization;
import org.espalier.quantize.ValueRange;
import org.espalier.quantize.layer.ActivationRuntime;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Computes {@link ObservedActivation}. */
final class ObservedRuntime extends ActivationRuntime<ObservedActivation> {
  private static final long serialVersionUID = 1L;

  ObservedRuntime(NeuralNetConfiguration conf, DataType dataType) {
    super(conf, dataType);
  }

  private ValueRange range() {
    return ObservedActivation.range(paramTable(false));
  }

  private boolean isFrozen() {
    return getIterationCount() >= layerConf().settings().freeze();
  }

  @Override
  public boolean isReady() {
    return isFrozen() || !range().isEmpty();
  }

  @Override
  public boolean observes() {
    return true;
  }

  @Override
  public void observe(double min, double max) {
    if (!isFrozen()) {
      ValueRange next = layerConf().settings().observer().next(range(), new ValueRange(min, max));
      getParam(ObservedActivation.MIN).assign(next.min());
      getParam(ObservedActivation.MAX).assign(next.max());
    }
  }

  @Override
  protected void see(INDArray input) {
    if (!isFrozen()) {
      ValueRange batch = FakeQuantization.range(input);
      observe(batch.min(), batch.max());
    }
  }

  @Override
  protected Optional<Quantization> trained() {
    ValueRange range = range();
    return getIterationCount() < layerConf().settings().delay() || range.isEmpty()
        ? Optional.empty()
        : Optional.of(layerConf().settings().grid(range));
  }

  @Override
  protected void backward(
      INDArray input, Quantization quantization, INDArray epsilon, INDArray below) {
    if (quantization != null) {
      FakeQuantization.backward(input, quantization, epsilon, below);
    }
    gradient(ObservedActivation.MIN, 0);
    gradient(ObservedActivation.MAX, 0);
  }
}
