package org.espalier.nn;

import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.MaskState;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.BaseGraphVertex;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Computes {@link ResidualSum}. */
@SuppressWarnings("overrides")
final class ResidualSumRuntime extends BaseGraphVertex {
  private static final long serialVersionUID = 1L;

  private final boolean relu;
  private transient INDArray output;

  ResidualSumRuntime(
      ComputationGraph graph, String name, int index, boolean relu, DataType dataType) {
    super(graph, name, index, null, null, dataType);
    this.relu = relu;
  }

  @Override
  public INDArray doForward(boolean training, LayerWorkspaceMgr workspaces) {
    if (!canDoForward()) {
      throw new IllegalStateException("Cannot sum: an input is missing (" + getVertexName() + ")");
    }
    INDArray sum =
        workspaces.createUninitialized(ArrayType.ACTIVATIONS, dataType, inputs[0].shape());
    sum.assign(inputs[0]);
    for (int i = 1; i < inputs.length; i++) {
      sum.addi(inputs[i]);
    }
    if (relu) {
      Rectifier.forward(sum);
    }
    if (training) {
      output = sum;
    }
    return sum;
  }

  @Override
  public Pair<Gradient, INDArray[]> doBackward(boolean tbptt, LayerWorkspaceMgr workspaces) {
    if (!canDoBackward()) {
      throw new IllegalStateException(
          "Cannot pass a gradient back: it is missing (" + getVertexName() + ")");
    }
    // A graph adds other gradients into these arrays in place, so each input gets one of its own.
    INDArray[] results = new INDArray[inputs.length];
    for (int i = 0; i < results.length; i++) {
      results[i] =
          workspaces.createUninitialized(ArrayType.ACTIVATION_GRAD, dataType, epsilon.shape());
      if (i > 0) {
        results[i].assign(results[0]);
      } else if (relu) {
        Rectifier.backward(epsilon, output, results[0]);
      } else {
        results[0].assign(epsilon);
      }
    }
    return new Pair<>(null, results);
  }

  @Override
  public void clear() {
    super.clear();
    output = null;
  }

  @Override
  public boolean hasLayer() {
    return false;
  }

  @Override
  public Layer getLayer() {
    return null;
  }

  @Override
  public void setBackpropGradientsViewArray(INDArray gradients) {
    if (gradients != null) {
      throw new IllegalStateException(
          "Cannot set gradients: a sum has no parameters (" + getVertexName() + ")");
    }
  }

  @Override
  public Pair<INDArray, MaskState> feedForwardMaskArrays(
      INDArray[] masks, MaskState state, int minibatchSize) {
    return new Pair<>(masks == null ? null : masks[0], state);
  }

  @Override
  public String toString() {
    return "ResidualSum(name=" + getVertexName() + ", relu=" + relu + ")";
  }
}
