package org.espalier.nn;

import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.convolution.ConvolutionLayer;
import org.deeplearning4j.nn.params.ConvolutionParamInitializer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.espalier.nn.kernel.ConvolutionKernel;
import org.espalier.nn.kernel.KernelCache;
import org.espalier.nn.kernel.OneDnn;
import org.espalier.nn.kernel.Window;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Computes {@link Convolution}: on oneDNN where it serves, else as Deeplearning4j does. */
final class ConvolutionRuntime extends ConvolutionLayer {
  private static final long serialVersionUID = 1L;
  private static final String WEIGHTS = ConvolutionParamInitializer.WEIGHT_KEY;
  private static final String BIAS = ConvolutionParamInitializer.BIAS_KEY;

  private transient KernelCache<ConvolutionKernel.Shape, ConvolutionKernel> kernels;

  ConvolutionRuntime(NeuralNetConfiguration conf, DataType dataType) {
    super(conf, dataType);
  }

  private boolean served() {
    return OneDnn.serves(dataType)
        && layerConf().getCnn2dDataFormat() == CNN2DFormat.NHWC
        && convolutionMode == ConvolutionMode.Truncate
        && layerConf().getActivationFn() instanceof ActivationIdentity;
  }

  @Override
  public INDArray activate(boolean training, LayerWorkspaceMgr workspaces) {
    if (!served()) {
      return super.activate(training, workspaces);
    }
    assertInputSet(false);
    applyDropOutIfNecessary(training, workspaces);
    INDArray weights = getParamWithNoise(WEIGHTS, training, workspaces);
    INDArray bias = hasBias() ? getParamWithNoise(BIAS, training, workspaces) : null;
    validateInputRank();
    validateInputDepth(weights.size(1));
    ConvolutionKernel.Shape shape = shape();
    INDArray output =
        workspaces.createUninitialized(
            ArrayType.ACTIVATIONS,
            DataType.FLOAT,
            new long[] {shape.batch(), shape.outHeight(), shape.outWidth(), shape.out()},
            'c');
    kernel(shape).forward(OneDnn.dense(input), OneDnn.dense(weights), bias, output);
    return output;
  }

  @Override
  public Pair<Gradient, INDArray> backpropGradient(INDArray epsilon, LayerWorkspaceMgr workspaces) {
    Pair<Gradient, INDArray> result =
        served()
            ? backward(OneDnn.dense(epsilon), workspaces)
            : super.backpropGradient(epsilon, workspaces);
    if (Frozen.is(layerConf())) {
      result.getFirst().gradientForVariable().values().forEach(gradient -> gradient.assign(0));
    }
    return result;
  }

  private Pair<Gradient, INDArray> backward(INDArray epsilon, LayerWorkspaceMgr workspaces) {
    assertInputSet(true);
    ConvolutionKernel kernel = kernel(shape());
    INDArray weightGradient = gradientViews.get(WEIGHTS);
    INDArray biasGradient = hasBias() ? gradientViews.get(BIAS) : null;
    if (!Frozen.is(layerConf())) {
      kernel.backwardWeights(OneDnn.dense(input), epsilon, weightGradient, biasGradient);
    }
    INDArray below =
        ((Convolution) layerConf()).inputGradient() ? below(kernel, epsilon, workspaces) : null;
    weightNoiseParams.clear();

    Gradient gradient = new DefaultGradient();
    if (biasGradient != null) {
      gradient.setGradientFor(BIAS, biasGradient);
    }
    gradient.setGradientFor(WEIGHTS, weightGradient, 'c');
    return new Pair<>(gradient, below);
  }

  private INDArray below(ConvolutionKernel kernel, INDArray epsilon, LayerWorkspaceMgr workspaces) {
    INDArray weights = getParamWithNoise(WEIGHTS, true, workspaces);
    INDArray below =
        workspaces.createUninitialized(
            ArrayType.ACTIVATION_GRAD, DataType.FLOAT, input.shape(), 'c');
    kernel.backwardData(epsilon, OneDnn.dense(weights), below);
    return backpropDropOutIfPresent(below);
  }

  private ConvolutionKernel.Shape shape() {
    int[] dilation = layerConf().getDilation();
    return new ConvolutionKernel.Shape(
        input.size(0),
        input.size(1),
        input.size(2),
        layerConf().getNIn(),
        layerConf().getNOut(),
        Window.of(layerConf().getKernelSize(), layerConf().getStride(), layerConf().getPadding()),
        dilation[0],
        dilation[1],
        hasBias());
  }

  private ConvolutionKernel kernel(ConvolutionKernel.Shape shape) {
    if (kernels == null) {
      kernels = new KernelCache<>(ConvolutionKernel::new);
    }
    return kernels.get(shape);
  }
}
