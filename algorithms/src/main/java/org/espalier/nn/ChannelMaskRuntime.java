package org.espalier.nn;

import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.broadcast.BroadcastMulOp;
import org.nd4j.linalg.factory.Nd4j;

/** Computes {@link ChannelMask}. */
final class ChannelMaskRuntime extends ParameterlessRuntime<ChannelMask> {
  private static final long serialVersionUID = 1L;

  private final INDArray mask;

  ChannelMaskRuntime(NeuralNetConfiguration conf, DataType dataType) {
    super(conf, dataType);
    mask = Detached.from(() -> Nd4j.zeros(dataType, layerConf().width()));
    for (int channel : layerConf().kept()) {
      mask.putScalar(channel, 1);
    }
  }

  @Override
  INDArray forward(boolean training, LayerWorkspaceMgr workspaces) {
    return masked(input, ArrayType.ACTIVATIONS, workspaces);
  }

  @Override
  INDArray backward(INDArray epsilon, LayerWorkspaceMgr workspaces) {
    return masked(epsilon, ArrayType.ACTIVATION_GRAD, workspaces);
  }

  private INDArray masked(INDArray values, ArrayType type, LayerWorkspaceMgr workspaces) {
    INDArray result = workspaces.createUninitialized(type, dataType, values.shape());
    return Nd4j.getExecutioner().exec(new BroadcastMulOp(values, mask, result, values.rank() - 1));
  }
}
