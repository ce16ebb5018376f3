package org.espalier.prune.scop;

import java.util.Arrays;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.BaseLayer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.broadcast.BroadcastMulOp;
import org.nd4j.linalg.api.shape.Shape;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Computes {@link ControlFactor}.
 *
 * <p>Each half of the batch is seen as a matrix [n, H * W * C], against which the factors are
 * repeated H * W times: long rows are what ND4J's broadcasts are fast on. Only Zr - Zk is kept for
 * the way back. With E = [Er ; Ek] the gradient of the output:
 *
 * <pre>
 * dL/db  = sum over rows and positions of Er (Zr - Zk)
 * dL/dZr = b Er
 * dL/dZk = (1 - b) Er + Ek
 * </pre>
 */
final class ControlFactorRuntime extends BaseLayer<ControlFactor> {
  private static final long serialVersionUID = 1L;

  private transient INDArray difference;

  ControlFactorRuntime(NeuralNetConfiguration conf, DataType dataType) {
    super(conf, dataType);
  }

  @Override
  public INDArray activate(boolean training, LayerWorkspaceMgr workspaces) {
    assertInputSet(false);
    if (!training) {
      return workspaces.leverageTo(ArrayType.ACTIVATIONS, input);
    }
    long n = pairs(input);
    INDArray z = dense(input.castTo(dataType));
    boolean inPlace = inputModificationAllowed && z == input;
    INDArray mixed =
        inPlace
            ? z
            : workspaces.createUninitialized(ArrayType.ACTIVATIONS, z.dataType(), z.shape(), 'c');
    INDArray real = half(z, 0, n);
    INDArray knockoff = half(z, n, n);
    difference = workspaces.createUninitialized(ArrayType.INPUT, z.dataType(), real.shape(), 'c');
    real.subi(knockoff, difference);
    INDArray mixture = half(mixed, 0, n);
    scale(difference, mixture);
    mixture.addi(knockoff);
    if (!inPlace) {
      half(mixed, n, n).assign(knockoff);
    }
    return workspaces.leverageTo(ArrayType.ACTIVATIONS, mixed);
  }

  @Override
  public Pair<Gradient, INDArray> backpropGradient(INDArray epsilon, LayerWorkspaceMgr workspaces) {
    if (difference == null) {
      throw new IllegalStateException(
          "Cannot propagate back through control factors: no forward pass in training mode came"
              + " before "
              + layerId());
    }
    long n = pairs(epsilon);
    INDArray given = dense(epsilon.castTo(dataType));
    INDArray real = half(given, 0, n);
    INDArray next =
        workspaces.createUninitialized(
            ArrayType.ACTIVATION_GRAD, given.dataType(), given.shape(), 'c');
    INDArray nextReal = half(next, 0, n);
    INDArray nextKnockoff = half(next, n, n);
    scale(real, nextReal);
    real.subi(nextReal, nextKnockoff);
    nextKnockoff.addi(half(given, n, n));

    INDArray gradientView = gradientViews.get(ControlFactor.FACTOR);
    gradientView.assign(channelSums(difference.muli(real)));
    difference = null;
    Gradient gradient = new DefaultGradient();
    gradient.setGradientFor(ControlFactor.FACTOR, gradientView);
    return new Pair<>(gradient, next);
  }

  /** Multiplies every channel with its factor. */
  private void scale(INDArray from, INDArray to) {
    INDArray factors = getParam(ControlFactor.FACTOR);
    long positions = from.size(1) / factors.length();
    INDArray repeated = positions == 1 ? factors : Nd4j.tile(factors, 1, (int) positions);
    Nd4j.getExecutioner()
        .exec(new BroadcastMulOp(from, repeated.reshape(repeated.length()), to, 1));
  }

  /** Sums a matrix [n, H * W * C] to [1, C], by two products with ones: no strided reduction. */
  private INDArray channelSums(INDArray matrix) {
    long channels = getParam(ControlFactor.FACTOR).length();
    INDArray positions = columnSums(matrix).reshape('c', matrix.size(1) / channels, channels);
    return columnSums(positions);
  }

  private static INDArray columnSums(INDArray matrix) {
    return Nd4j.ones(matrix.dataType(), 1, matrix.size(0)).mmul(matrix);
  }

  private static INDArray half(INDArray array, long from, long rows) {
    return array
        .reshape('c', array.size(0), array.length() / array.size(0))
        .get(NDArrayIndex.interval(from, from + rows), NDArrayIndex.all());
  }

  private static INDArray dense(INDArray array) {
    return array.ordering() == 'c' && Shape.hasDefaultStridesForShape(array)
        ? array
        : array.dup('c');
  }

  private long pairs(INDArray array) {
    long rows = array.size(0);
    long channels = getParam(ControlFactor.FACTOR).length();
    if (rows % 2 != 0) {
      throw new IllegalArgumentException(
          "Cannot mix features with their knockoffs: the number of rows must be even ("
              + rows
              + ")");
    }
    if (array.size(array.rank() - 1) != channels) {
      throw new IllegalArgumentException(
          String.format(
              "Cannot mix features with their knockoffs: there are %d control factors (shape %s)",
              channels, Arrays.toString(array.shape())));
    }
    return rows / 2;
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
    difference = null;
  }
}
