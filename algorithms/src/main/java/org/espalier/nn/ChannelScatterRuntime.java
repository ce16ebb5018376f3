package org.espalier.nn;

import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.espalier.nn.kernel.DenseKernel;
import org.espalier.nn.kernel.KernelCache;
import org.espalier.nn.kernel.OneDnn;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Computes {@link ChannelScatter} as a product with a matrix of zeros and ones, which is exact. */
final class ChannelScatterRuntime extends ParameterlessRuntime<ChannelScatter> {
  private static final long serialVersionUID = 1L;

  private final transient KernelCache<DenseKernel.Shape, DenseKernel> kernels =
      new KernelCache<>(DenseKernel::new);
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
    INDArray result = result(ArrayType.ACTIVATIONS, input, gather.rows(), workspaces);
    if (OneDnn.serves(dataType)) {
      kernel(input, gather.columns()).forward(OneDnn.dense(input), gather, null, result);
    } else {
      multiply(input, scatter, result);
    }
    return result;
  }

  @Override
  INDArray backward(INDArray epsilon, LayerWorkspaceMgr workspaces) {
    INDArray result = result(ArrayType.ACTIVATION_GRAD, epsilon, gather.columns(), workspaces);
    if (OneDnn.serves(dataType)) {
      kernel(epsilon, gather.rows()).backwardData(OneDnn.dense(epsilon), gather, result);
    } else {
      multiply(epsilon, gather, result);
    }
    return result;
  }

  private DenseKernel kernel(INDArray values, long channels) {
    return kernels.get(
        new DenseKernel.Shape(values.length() / channels, gather.columns(), gather.rows(), false));
  }

  private INDArray result(
      ArrayType type, INDArray like, long channels, LayerWorkspaceMgr workspaces) {
    long[] shape = like.shape().clone();
    shape[shape.length - 1] = channels;
    return workspaces.createUninitialized(type, dataType, shape);
  }

  private static void multiply(INDArray values, INDArray matrix, INDArray result) {
    long rows = values.length() / matrix.rows();
    values
        .reshape('c', rows, matrix.rows())
        .mmuli(matrix, result.reshape('c', rows, matrix.columns()));
  }
}
