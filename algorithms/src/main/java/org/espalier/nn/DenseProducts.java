package org.espalier.nn;

import java.util.Map;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.BaseLayer;
import org.deeplearning4j.nn.params.DefaultParamInitializer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.espalier.nn.kernel.DenseKernel;
import org.espalier.nn.kernel.KernelCache;
import org.espalier.nn.kernel.OneDnn;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The matrix products of a fully connected layer on oneDNN. */
final class DenseProducts {
  private static final String WEIGHTS = DefaultParamInitializer.WEIGHT_KEY;
  private static final String BIAS = DefaultParamInitializer.BIAS_KEY;

  private final KernelCache<DenseKernel.Shape, DenseKernel> kernels =
      new KernelCache<>(DenseKernel::new);
  private final BaseLayer<?> layer;

  DenseProducts(BaseLayer<?> layer) {
    this.layer = layer;
  }

  /**
   * Whether oneDNN serves the layer on its present input. Masks, dropout, weight noise and layer
   * normalisation are left to Deeplearning4j, and so are inputs that it refuses.
   */
  boolean serve() {
    INDArray input = layer.input();
    INDArray weights = layer.getParam(WEIGHTS);
    return OneDnn.serves(weights.dataType())
        && layer.getMaskArray() == null
        && layer.layerConf().getIDropout() == null
        && layer.layerConf().getWeightNoise() == null
        && !layer.hasLayerNorm()
        && input != null
        && input.rank() == 2
        && input.size(1) == weights.size(0);
  }

  /** Input times weights, plus bias. */
  INDArray forward(LayerWorkspaceMgr workspaces) {
    DenseKernel.Shape shape = shape();
    INDArray output =
        workspaces.createUninitialized(
            ArrayType.ACTIVATIONS, DataType.FLOAT, new long[] {shape.batch(), shape.out()}, 'c');
    INDArray bias = shape.bias() ? layer.getParam(BIAS) : null;
    kernels.get(shape).forward(OneDnn.dense(layer.input()), weights(), bias, output);
    return output;
  }

  /**
   * Writes the gradients of the parameters, unless the layer is frozen, and makes the one at the
   * input.
   *
   * @param delta the gradient at what {@link #forward} gives
   * @param views where the gradients of the parameters belong
   */
  Pair<Gradient, INDArray> backward(
      INDArray delta, Map<String, INDArray> views, LayerWorkspaceMgr workspaces) {
    DenseKernel.Shape shape = shape();
    DenseKernel kernel = kernels.get(shape);
    INDArray denseDelta = OneDnn.dense(delta);
    INDArray weightGradient = views.get(WEIGHTS);
    INDArray biasGradient = shape.bias() ? views.get(BIAS) : null;
    if (!Frozen.is(layer.layerConf())) {
      kernel.backwardWeights(OneDnn.dense(layer.input()), denseDelta, weightGradient, biasGradient);
    }
    INDArray below =
        workspaces.createUninitialized(
            ArrayType.ACTIVATION_GRAD, DataType.FLOAT, layer.input().shape(), 'c');
    kernel.backwardData(denseDelta, weights(), below);

    Gradient gradient = new DefaultGradient();
    gradient.setGradientFor(WEIGHTS, weightGradient);
    if (biasGradient != null) {
      gradient.setGradientFor(BIAS, biasGradient);
    }
    return new Pair<>(gradient, below);
  }

  /**
   * The weights as the kernel takes them: [out, in], without a copy where they are in 'f' order.
   */
  private INDArray weights() {
    return OneDnn.dense(layer.getParam(WEIGHTS).transpose());
  }

  private DenseKernel.Shape shape() {
    INDArray weights = layer.getParam(WEIGHTS);
    return new DenseKernel.Shape(
        layer.input().size(0), weights.size(0), weights.size(1), layer.hasBias());
  }
}
