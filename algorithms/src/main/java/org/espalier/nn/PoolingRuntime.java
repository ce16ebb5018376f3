package org.espalier.nn;

import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.convolution.subsampling.SubsamplingLayer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.espalier.nn.kernel.KernelCache;
import org.espalier.nn.kernel.OneDnn;
import org.espalier.nn.kernel.PoolingKernel;
import org.espalier.nn.kernel.Window;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Computes {@link Pooling}: on oneDNN where it serves, else as Deeplearning4j does. */
final class PoolingRuntime extends SubsamplingLayer {
  private static final long serialVersionUID = 1L;

  private transient KernelCache<PoolingKernel.Shape, PoolingKernel> kernels;

  PoolingRuntime(NeuralNetConfiguration conf, DataType dataType) {
    super(conf, dataType);
  }

  private boolean served() {
    PoolingType type = layerConf().getPoolingType();
    int[] dilation = layerConf().getDilation();
    return OneDnn.serves(dataType)
        && input.rank() == 4
        && layerConf().getCnn2dDataFormat() == CNN2DFormat.NHWC
        && convolutionMode == ConvolutionMode.Truncate
        && (type == PoolingType.MAX
            || (type == PoolingType.AVG && !layerConf().isAvgPoolIncludePadInDivisor()))
        && dilation[0] == 1
        && dilation[1] == 1;
  }

  @Override
  public INDArray activate(boolean training, LayerWorkspaceMgr workspaces) {
    assertInputSet(false);
    if (!served()) {
      return super.activate(training, workspaces);
    }
    PoolingKernel.Shape shape = shape();
    INDArray output =
        workspaces.createUninitialized(
            ArrayType.ACTIVATIONS,
            DataType.FLOAT,
            new long[] {shape.batch(), shape.outHeight(), shape.outWidth(), shape.channels()},
            'c');
    if (training) {
      kernel(shape).train(OneDnn.dense(input), output);
    } else {
      kernel(shape).infer(OneDnn.dense(input), output);
    }
    return output;
  }

  @Override
  public Pair<Gradient, INDArray> backpropGradient(INDArray epsilon, LayerWorkspaceMgr workspaces) {
    assertInputSet(true);
    if (!served()) {
      return super.backpropGradient(epsilon, workspaces);
    }
    INDArray below =
        workspaces.createUninitialized(
            ArrayType.ACTIVATION_GRAD, DataType.FLOAT, input.shape(), 'c');
    kernel(shape()).backward(OneDnn.dense(epsilon), below);
    return new Pair<>(new DefaultGradient(), below);
  }

  private PoolingKernel.Shape shape() {
    return new PoolingKernel.Shape(
        input.size(0),
        input.size(1),
        input.size(2),
        input.size(3),
        Window.of(layerConf().getKernelSize(), layerConf().getStride(), layerConf().getPadding()),
        layerConf().getPoolingType() == PoolingType.MAX);
  }

  private PoolingKernel kernel(PoolingKernel.Shape shape) {
    if (kernels == null) {
      kernels = new KernelCache<>(PoolingKernel::new);
    }
    return kernels.get(shape);
  }
}
