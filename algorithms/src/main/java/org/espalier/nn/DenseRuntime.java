package org.espalier.nn;

import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.feedforward.dense.DenseLayer;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Computes {@link Dense}: on oneDNN where it serves, else as Deeplearning4j does. */
final class DenseRuntime extends DenseLayer {
  private static final long serialVersionUID = 1L;

  private transient DenseProducts products;

  DenseRuntime(NeuralNetConfiguration conf, DataType dataType) {
    super(conf, dataType);
  }

  @Override
  protected Pair<INDArray, INDArray> preOutputWithPreNorm(
      boolean training, boolean forBackprop, LayerWorkspaceMgr workspaces) {
    if (!products().serve()) {
      return super.preOutputWithPreNorm(training, forBackprop, workspaces);
    }
    INDArray output = products().forward(workspaces);
    return new Pair<>(output, output);
  }

  @Override
  public Pair<Gradient, INDArray> backpropGradient(INDArray epsilon, LayerWorkspaceMgr workspaces) {
    Pair<Gradient, INDArray> result =
        products().serve()
            ? products().backward(delta(epsilon, workspaces), gradientViews, workspaces)
            : super.backpropGradient(epsilon, workspaces);
    if (Frozen.is(layerConf())) {
      result.getFirst().gradientForVariable().values().forEach(gradient -> gradient.assign(0));
    }
    return result;
  }

  /** The gradient below the activation function. */
  private INDArray delta(INDArray epsilon, LayerWorkspaceMgr workspaces) {
    INDArray output = preOutput(true, workspaces);
    return layerConf().getActivationFn().backprop(output, epsilon).getFirst();
  }

  private DenseProducts products() {
    if (products == null) {
      products = new DenseProducts(this);
    }
    return products;
  }
}
