package org.espalier.quantize.layer;

import java.util.Optional;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.BaseLayer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.espalier.quantize.FakeQuantization;
import org.espalier.quantize.Quantization;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What every {@link ActivationQuantizer} computes; what it learns is its own. */
public abstract class ActivationRuntime<C extends ActivationQuantizer> extends BaseLayer<C> {
  private static final long serialVersionUID = 1L;

  private transient Quantization used;

  /** For a network's settings; parameters are set afterwards. */
  protected ActivationRuntime(NeuralNetConfiguration conf, DataType dataType) {
    super(conf, dataType);
  }

  /** Returns the grid for a batch in training mode; empty to let it pass. */
  protected abstract Optional<Quantization> train(INDArray input);

  /**
   * Propagates a gradient back through rounding, and writes the gradients of the parameters.
   *
   * @param quantization the grid that was used, or null where the batch passed unchanged
   * @param below receives the gradient at the input; already that at the output where the batch
   *     passed
   */
  protected abstract void backward(
      INDArray input, Quantization quantization, INDArray epsilon, INDArray below);

  @Override
  public final INDArray activate(boolean training, LayerWorkspaceMgr workspaces) {
    assertInputSet(false);
    INDArray x = input.castTo(dataType);
    Optional<Quantization> grid = training ? train(x) : layerConf().quantization(paramTable(false));
    used = grid.orElse(null);
    if (used == null) {
      return workspaces.dup(ArrayType.ACTIVATIONS, x, 'c');
    }
    INDArray y = workspaces.createUninitialized(ArrayType.ACTIVATIONS, dataType, x.shape(), 'c');
    FakeQuantization.forward(x, used, y);
    return y;
  }

  @Override
  public final Pair<Gradient, INDArray> backpropGradient(
      INDArray epsilon, LayerWorkspaceMgr workspaces) {
    assertInputSet(true);
    INDArray below =
        workspaces.createUninitialized(ArrayType.ACTIVATION_GRAD, dataType, epsilon.shape(), 'c');
    if (used == null) {
      below.assign(epsilon);
    }
    backward(input.castTo(dataType), used, epsilon.castTo(dataType), below);
    Gradient gradient = new DefaultGradient();
    for (String name : layerConf().parameterNames()) {
      gradient.setGradientFor(name, gradientViews.get(name));
    }
    return new Pair<>(gradient, below);
  }

  /** Returns a parameter's value. */
  protected final double number(String name) {
    return getParam(name).getDouble(0);
  }

  /** Sets a parameter's gradient. */
  protected final void gradient(String name, double value) {
    gradientViews.get(name).assign(value);
  }

  @Override
  public boolean isPretrainLayer() {
    return false;
  }

  @Override
  public boolean hasBias() {
    return false;
  }

  @Override
  public void clear() {
    super.clear();
    used = null;
  }
}
