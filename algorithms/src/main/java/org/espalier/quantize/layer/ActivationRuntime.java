package org.espalier.quantize.layer;

import java.util.Optional;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.BaseLayer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.espalier.nn.fused.Rounder;
import org.espalier.nn.fused.RoundingGrid;
import org.espalier.quantize.FakeQuantization;
import org.espalier.quantize.Quantization;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What every {@link ActivationQuantizer} computes; what it learns is its own. */
public abstract class ActivationRuntime<C extends ActivationQuantizer> extends BaseLayer<C>
    implements Rounder {
  private static final long serialVersionUID = 1L;

  private transient Quantization used;

  /** For a network's settings; parameters are set afterwards. */
  protected ActivationRuntime(NeuralNetConfiguration conf, DataType dataType) {
    super(conf, dataType);
  }

  /** Takes in what there is to be learned from a batch in training mode itself. */
  protected abstract void see(INDArray input);

  /** Returns the grid in training mode as parameters are; empty to let a batch pass. */
  protected abstract Optional<Quantization> trained();

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
    used = (training ? train(x) : atInference()).orElse(null);
    if (used == null) {
      return workspaces.dup(ArrayType.ACTIVATIONS, x, 'c');
    }
    INDArray y = workspaces.createUninitialized(ArrayType.ACTIVATIONS, dataType, x.shape(), 'c');
    FakeQuantization.forward(x, used, y);
    return y;
  }

  /** A batch is rounded to the grid as it was before, if there was one. */
  private Optional<Quantization> train(INDArray x) {
    boolean ready = isReady();
    Optional<Quantization> before = trained();
    see(x);
    return ready ? before : trained();
  }

  private Optional<Quantization> atInference() {
    return layerConf().quantization(paramTable(false));
  }

  @Override
  public final Optional<RoundingGrid> grid(boolean training) {
    return (training ? trained() : atInference()).map(grid -> rounding(grid, !learns()));
  }

  private static RoundingGrid rounding(Quantization grid, boolean endsPass) {
    int zero = grid.zeroPoint();
    return new RoundingGrid(
        grid.scale(), grid.codes().min() - zero, grid.codes().max() - zero, endsPass);
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
