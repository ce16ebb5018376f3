package org.espalier.nn;

import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.OutputLayer;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Computes {@link Output}. */
final class OutputRuntime extends OutputLayer {
  private static final long serialVersionUID = 1L;

  OutputRuntime(NeuralNetConfiguration conf, DataType dataType) {
    super(conf, dataType);
  }

  @Override
  public Pair<Gradient, INDArray> backpropGradient(INDArray epsilon, LayerWorkspaceMgr workspaces) {
    Pair<Gradient, INDArray> result = super.backpropGradient(epsilon, workspaces);
    if (Frozen.is(layerConf())) {
      result.getFirst().gradientForVariable().values().forEach(gradient -> gradient.assign(0));
    }
    return result;
  }
}
