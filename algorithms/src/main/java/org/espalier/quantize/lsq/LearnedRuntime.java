package org.espalier.quantize.lsq;

import java.util.Optional;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.espalier.quantize.FakeQuantization;
import org.espalier.quantize.Quantization;
import org.espalier.quantize.layer.ActivationRuntime;
import org.espalier.quantize.layer.PositiveStep;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Computes {@link LearnedActivation}. */
final class LearnedRuntime extends ActivationRuntime<LearnedActivation> {
  private static final long serialVersionUID = 1L;

  LearnedRuntime(NeuralNetConfiguration conf, DataType dataType) {
    super(conf, dataType);
  }

  @Override
  public boolean isReady() {
    return number(LearnedActivation.STEP) != 0;
  }

  @Override
  protected void see(INDArray input) {
    if (!isReady()) {
      double step =
          2 * FakeQuantization.meanMagnitude(input) / Math.sqrt(layerConf().codes().max());
      getParam(LearnedActivation.STEP).assign(Math.max(PositiveStep.SMALLEST, step));
    }
  }

  @Override
  protected Optional<Quantization> trained() {
    return layerConf().grid(number(LearnedActivation.STEP));
  }

  @Override
  public boolean learns() {
    return true;
  }

  @Override
  public void learn(double gradient, long features) {
    gradient(
        LearnedActivation.STEP,
        gradient / Math.sqrt((double) features * layerConf().codes().max()));
  }

  @Override
  protected void backward(
      INDArray input, Quantization quantization, INDArray epsilon, INDArray below) {
    double sum = FakeQuantization.learnedStep(input, quantization, epsilon, below);
    learn(sum, input.length() / input.size(0));
  }
}
