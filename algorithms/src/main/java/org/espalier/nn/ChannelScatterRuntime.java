package org.espalier.nn;

import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Computes {@link ChannelScatter} as a product with a matrix of zeros and ones, which is exact. */
final class ChannelScatterRuntime extends ParameterlessRuntime<ChannelScatter> {
  private static final long serialVersionUID = 1L;

  private final INDArray scatter;
  private final INDArray gather;

  ChannelScatterRuntime(NeuralNetConfiguration conf, DataType dataType) {
    super(conf, dataType);
    int[] kept = layerConf().kept();
    scatter = Detached.from(() -> Nd4j.zeros(dataType, kept.length, layerConf().width()));
    for (int i = 0; i < kept.length; i++) {
      scatter.putScalar(i, kept[i], 1);
    }
    gather = Detached.from(() -> scatter.transpose().dup('c'));
  }

  @Override
  INDArray forward(boolean training, LayerWorkspaceMgr workspaces) {
    return product(input, scatter, ArrayType.ACTIVATIONS, workspaces);
  }

  @Override
  INDArray backward(INDArray epsilon, LayerWorkspaceMgr workspaces) {
    return product(epsilon, gather, ArrayType.ACTIVATION_GRAD, workspaces);
  }

  private INDArray product(
      INDArray values, INDArray matrix, ArrayType type, LayerWorkspaceMgr workspaces) {
    long[] shape = values.shape().clone();
    long channels = shape[shape.length - 1];
    shape[shape.length - 1] = matrix.columns();
    INDArray result = workspaces.createUninitialized(type, dataType, shape);
    INDArray rows = values.reshape('c', values.length() / channels, channels);
    rows.mmuli(matrix, result.reshape('c', rows.rows(), matrix.columns()));
    return result;
  }
}
