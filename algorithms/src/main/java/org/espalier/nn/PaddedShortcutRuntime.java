package org.espalier.nn;

import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.INDArrayIndex;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Computes {@link PaddedShortcut}. */
final class PaddedShortcutRuntime extends ParameterlessRuntime<PaddedShortcut> {
  private static final long serialVersionUID = 1L;

  PaddedShortcutRuntime(NeuralNetConfiguration conf, DataType dataType) {
    super(conf, dataType);
  }

  @Override
  INDArray forward(boolean training, LayerWorkspaceMgr workspaces) {
    PaddedShortcut shortcut = layerConf();
    long channels = input.size(3);
    INDArray output =
        workspaces.create(
            ArrayType.ACTIVATIONS,
            dataType,
            input.size(0),
            shortcut.strided(input.size(1)),
            shortcut.strided(input.size(2)),
            shortcut.before() + channels + shortcut.after());
    between(output, channels).assign(taken(input));
    return output;
  }

  @Override
  INDArray backward(INDArray epsilon, LayerWorkspaceMgr workspaces) {
    INDArray result = workspaces.create(ArrayType.ACTIVATION_GRAD, dataType, input.shape());
    taken(result).assign(between(epsilon, input.size(3)));
    return result;
  }

  /** The channels of an output-shaped array that come from the input. */
  private INDArray between(INDArray output, long channels) {
    long before = layerConf().before();
    return output.get(
        NDArrayIndex.all(),
        NDArrayIndex.all(),
        NDArrayIndex.all(),
        NDArrayIndex.interval(before, before + channels));
  }

  /** The pixels of an input-shaped array that reach the output. */
  private INDArray taken(INDArray images) {
    return images.get(
        NDArrayIndex.all(), every(images.size(1)), every(images.size(2)), NDArrayIndex.all());
  }

  private INDArrayIndex every(long pixels) {
    return NDArrayIndex.interval(0, layerConf().stride(), pixels);
  }
}
