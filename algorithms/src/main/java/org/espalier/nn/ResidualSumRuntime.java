package org.espalier.nn;

import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.MaskState;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.BaseGraphVertex;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.espalier.nn.kernel.KernelCache;
import org.espalier.nn.kernel.OneDnn;
import org.espalier.nn.kernel.SumKernel;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Computes {@link ResidualSum}: on oneDNN where it serves, else with array operations. */
@SuppressWarnings("overrides")
final class ResidualSumRuntime extends BaseGraphVertex {
  private static final long serialVersionUID = 1L;

  private final boolean relu;
  private transient INDArray output;
  private transient KernelCache<Long, SumKernel> kernels;

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
        workspaces.createUninitialized(ArrayType.ACTIVATIONS, dataType, inputs[0].shape(), 'c');
    if (OneDnn.serves(dataType)) {
      forward(sum);
    } else {
      stockForward(sum);
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
          workspaces.createUninitialized(ArrayType.ACTIVATION_GRAD, dataType, epsilon.shape(), 'c');
    }
    if (OneDnn.serves(dataType)) {
      backward(results);
    } else {
      stockBackward(results);
    }
    return new Pair<>(null, results);
  }

  private void forward(INDArray sum) {
    SumKernel kernel = kernel(sum);
    INDArray partial = OneDnn.dense(inputs[0]);
    for (int i = 1; i < inputs.length; i++) {
      if (relu && i == inputs.length - 1) {
        kernel.addRectified(partial, OneDnn.dense(inputs[i]), sum);
      } else {
        kernel.add(partial, OneDnn.dense(inputs[i]), sum);
      }
      partial = sum;
    }
  }

  private void backward(INDArray[] results) {
    SumKernel kernel = kernel(epsilon);
    INDArray gradient = OneDnn.dense(epsilon);
    if (relu) {
      kernel.rectifyBack(gradient, output, results[0]);
    } else {
      kernel.copy(gradient, results[0]);
    }
    for (int i = 1; i < results.length; i++) {
      kernel.copy(results[0], results[i]);
    }
  }

  private SumKernel kernel(INDArray array) {
    if (kernels == null) {
      kernels = new KernelCache<>(SumKernel::new);
    }
    return kernels.get(array.length());
  }

  private void stockForward(INDArray sum) {
    sum.assign(inputs[0]);
    for (int i = 1; i < inputs.length; i++) {
      sum.addi(inputs[i]);
    }
    if (relu) {
      Rectifier.forward(sum);
    }
  }

  private void stockBackward(INDArray[] results) {
    for (INDArray result : results) {
      if (relu) {
        Rectifier.backward(epsilon, output, result);
      } else {
        result.assign(epsilon);
      }
    }
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
