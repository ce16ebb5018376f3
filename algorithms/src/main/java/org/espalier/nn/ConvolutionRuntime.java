package org.espalier.nn;

import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.convolution.ConvolutionLayer;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Computes {@link Convolution}. */
final class ConvolutionRuntime extends ConvolutionLayer {
  private static final long serialVersionUID = 1L;

  ConvolutionRuntime(NeuralNetConfiguration conf, DataType dataType) {
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
