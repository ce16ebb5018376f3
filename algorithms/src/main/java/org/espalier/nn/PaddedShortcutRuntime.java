package org.espalier.nn;

import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.espalier.nn.kernel.KernelCache;
import org.espalier.nn.kernel.OneDnn;
import org.espalier.nn.kernel.ShortcutKernel;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.INDArrayIndex;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Computes {@link PaddedShortcut}: on oneDNN where it serves, else with array operations. */
final class PaddedShortcutRuntime extends ParameterlessRuntime<PaddedShortcut> {
  private static final long serialVersionUID = 1L;

  private transient KernelCache<ShortcutKernel.Shape, ShortcutKernel> kernels;

  PaddedShortcutRuntime(NeuralNetConfiguration conf, DataType dataType) {
    super(conf, dataType);
  }

  @Override
  INDArray forward(boolean training, LayerWorkspaceMgr workspaces) {
    ShortcutKernel.Shape shape = shape();
    INDArray output =
        workspaces.create(
            ArrayType.ACTIVATIONS,
            dataType,
            new long[] {shape.batch(), shape.outHeight(), shape.outWidth(), shape.outChannels()},
            'c');
    if (served(shape)) {
      kernel(shape).forward(OneDnn.dense(input), output);
    } else {
      between(output, shape).assign(taken(input));
    }
    return output;
  }

  @Override
  INDArray backward(INDArray epsilon, LayerWorkspaceMgr workspaces) {
    ShortcutKernel.Shape shape = shape();
    INDArray below = workspaces.create(ArrayType.ACTIVATION_GRAD, dataType, input.shape(), 'c');
    if (served(shape)) {
      kernel(shape).backward(OneDnn.dense(epsilon), below);
    } else {
      taken(below).assign(between(epsilon, shape));
    }
    return below;
  }

  private boolean served(ShortcutKernel.Shape shape) {
    return OneDnn.serves(dataType) && shape.divides();
  }

  private ShortcutKernel.Shape shape() {
    PaddedShortcut shortcut = layerConf();
    return new ShortcutKernel.Shape(
        input.size(0),
        input.size(1),
        input.size(2),
        input.size(3),
        shortcut.stride(),
        shortcut.before(),
        shortcut.after());
  }

  private ShortcutKernel kernel(ShortcutKernel.Shape shape) {
    if (kernels == null) {
      kernels = new KernelCache<>(ShortcutKernel::new);
    }
    return kernels.get(shape);
  }

  /** The channels of an output-shaped array that come from the input. */
  private static INDArray between(INDArray output, ShortcutKernel.Shape shape) {
    return output.get(
        NDArrayIndex.all(),
        NDArrayIndex.all(),
        NDArrayIndex.all(),
        NDArrayIndex.interval(shape.before(), shape.before() + shape.channels()));
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
