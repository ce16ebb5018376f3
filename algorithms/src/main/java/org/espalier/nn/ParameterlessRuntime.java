package org.espalier.nn;

import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.AbstractLayer;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A runtime without parameters: forward, and the gradient on its way back. */
abstract class ParameterlessRuntime<C extends Layer> extends AbstractLayer<C> {
  private static final long serialVersionUID = 1L;

  ParameterlessRuntime(NeuralNetConfiguration conf, DataType dataType) {
    super(conf, dataType);
  }

  /** The activations for the input that is set. */
  abstract INDArray forward(boolean training, LayerWorkspaceMgr workspaces);

  /** The gradient at the input for the gradient at the output, which must stay as it is. */
  abstract INDArray backward(INDArray epsilon, LayerWorkspaceMgr workspaces);

  @Override
  public final INDArray activate(boolean training, LayerWorkspaceMgr workspaces) {
    assertInputSet(false);
    return forward(training, workspaces);
  }

  @Override
  public final Pair<Gradient, INDArray> backpropGradient(
      INDArray epsilon, LayerWorkspaceMgr workspaces) {
    assertInputSet(true);
    return new Pair<>(new DefaultGradient(), backward(epsilon, workspaces));
  }

  @Override
  public INDArray getParam(String param) {
    return null;
  }

  @Override
  public boolean isPretrainLayer() {
    return false;
  }

  @Override
  public void clearNoiseWeightParams() {
    // Without weights there is no weight noise.
  }
}
