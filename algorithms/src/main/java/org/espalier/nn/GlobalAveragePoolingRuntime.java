package org.espalier.nn;

import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.broadcast.BroadcastCopyOp;
import org.nd4j.linalg.factory.Nd4j;

/** Computes {@link GlobalAveragePooling}. */
final class GlobalAveragePoolingRuntime extends ParameterlessRuntime<GlobalAveragePooling> {
  private static final long serialVersionUID = 1L;

  GlobalAveragePoolingRuntime(NeuralNetConfiguration conf, DataType dataType) {
    super(conf, dataType);
  }

  @Override
  INDArray forward(boolean training, LayerWorkspaceMgr workspaces) {
    INDArray output =
        workspaces.createUninitialized(
            ArrayType.ACTIVATIONS, dataType, input.size(0), input.size(3));
    return input.castTo(dataType).mean(output, 1, 2);
  }

  @Override
  INDArray backward(INDArray epsilon, LayerWorkspaceMgr workspaces) {
    INDArray share = epsilon.div(input.size(1) * input.size(2));
    INDArray result =
        workspaces.createUninitialized(ArrayType.ACTIVATION_GRAD, dataType, input.shape());
    return Nd4j.getExecutioner().exec(new BroadcastCopyOp(result, share, result, 0, 3));
  }
}
