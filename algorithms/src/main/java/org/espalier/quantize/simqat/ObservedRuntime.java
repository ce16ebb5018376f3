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

  @Override
  protected Optional<Quantization> train(INDArray input) {
    ObservedSettings settings = layerConf().settings();
    ValueRange range = ObservedActivation.range(paramTable(false));
    if (getIterationCount() < settings.freeze()) {
      ValueRange batch = FakeQuantization.range(input);
      observe(settings.observer().next(range, batch));
      range = range.isEmpty() ? batch : range;
    }
    return getIterationCount() < settings.delay() || range.isEmpty()
        ? Optional.empty()
        : Optional.of(settings.grid(range));
  }

  private void observe(ValueRange range) {
    getParam(ObservedActivation.MIN).assign(range.min());
    getParam(ObservedActivation.MAX).assign(range.max());
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
