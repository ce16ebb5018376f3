package org.espalier.nn;

import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.feedforward.dense.DenseLayer;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Computes {@link Dense}. */
final class DenseRuntime extends DenseLayer {
  private static final long serialVersionUID = 1L;

  DenseRuntime(NeuralNetConfiguration conf, DataType dataType) {
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
