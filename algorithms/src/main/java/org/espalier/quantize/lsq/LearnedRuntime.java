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
  protected Optional<Quantization> train(INDArray input) {
    if (number(LearnedActivation.STEP) == 0) {
      double step =
          2 * FakeQuantization.meanMagnitude(input) / Math.sqrt(layerConf().codes().max());
      getParam(LearnedActivation.STEP).assign(Math.max(PositiveStep.SMALLEST, step));
    }
    return layerConf().grid(number(LearnedActivation.STEP));
  }

  @Override
  protected void backward(
      INDArray input, Quantization quantization, INDArray epsilon, INDArray below) {
    double sum = FakeQuantization.learnedStep(input, quantization, epsilon, below);
    double features = (double) input.length() / input.size(0);
    gradient(LearnedActivation.STEP, sum / Math.sqrt(features * quantization.codes().max()));
  }
}
