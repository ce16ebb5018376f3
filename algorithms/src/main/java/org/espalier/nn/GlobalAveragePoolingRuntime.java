package org.espalier.nn;

import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.espalier.nn.kernel.KernelCache;
import org.espalier.nn.kernel.OneDnn;
import org.espalier.nn.kernel.PoolingKernel;
import org.espalier.nn.kernel.Window;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.broadcast.BroadcastCopyOp;
import org.nd4j.linalg.factory.Nd4j;

/** Computes {@link GlobalAveragePooling}: on oneDNN where it serves, else with array operations. */
final class GlobalAveragePoolingRuntime extends ParameterlessRuntime<GlobalAveragePooling> {
  private static final long serialVersionUID = 1L;

  private transient KernelCache<PoolingKernel.Shape, PoolingKernel> kernels;

  GlobalAveragePoolingRuntime(NeuralNetConfiguration conf, DataType dataType) {
    super(conf, dataType);
  }

  @Override
  INDArray forward(boolean training, LayerWorkspaceMgr workspaces) {
    INDArray output =
        workspaces.createUninitialized(
            ArrayType.ACTIVATIONS, dataType, new long[] {input.size(0), input.size(3)}, 'c');
    if (!OneDnn.serves(dataType)) {
      return input.castTo(dataType).mean(output, 1, 2);
    }
    if (training) {
      kernel().train(OneDnn.dense(input), output);
    } else {
      kernel().infer(OneDnn.dense(input), output);
    }
    return output;
  }

  @Override
  INDArray backward(INDArray epsilon, LayerWorkspaceMgr workspaces) {
    INDArray below =
        workspaces.createUninitialized(ArrayType.ACTIVATION_GRAD, dataType, input.shape(), 'c');
    if (!OneDnn.serves(dataType)) {
      INDArray share = epsilon.div(input.size(1) * input.size(2));
      return Nd4j.getExecutioner().exec(new BroadcastCopyOp(below, share, below, 0, 3));
    }
    kernel().backward(OneDnn.dense(epsilon), below);
    return below;
  }

  private PoolingKernel kernel() {
    if (kernels == null) {
      kernels = new KernelCache<>(PoolingKernel::new);
    }
    Window whole = new Window(input.size(1), input.size(2), 1, 1, 0, 0);
    return kernels.get(
        new PoolingKernel.Shape(
            input.size(0), input.size(1), input.size(2), input.size(3), whole, false));
  }
}
