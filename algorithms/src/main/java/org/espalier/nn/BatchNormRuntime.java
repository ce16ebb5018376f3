package org.espalier.nn;

import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.normalization.BatchNormalization;
import org.deeplearning4j.nn.params.BatchNormalizationParamInitializer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.espalier.nn.kernel.BatchNormKernel;
import org.espalier.nn.kernel.KernelCache;
import org.espalier.nn.kernel.OneDnn;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.transforms.pairwise.arithmetic.SubOp;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Computes {@link BatchNorm}, on oneDNN where it serves, else as Deeplearning4j does, and remembers
 * the statistics of the last training batch.
 */
public final class BatchNormRuntime extends BatchNormalization {
  private static final long serialVersionUID = 1L;
  private static final String GAMMA = BatchNormalizationParamInitializer.GAMMA;
  private static final String BETA = BatchNormalizationParamInitializer.BETA;
  private static final String MEAN = BatchNormalizationParamInitializer.GLOBAL_MEAN;
  private static final String VARIANCE = BatchNormalizationParamInitializer.GLOBAL_VAR;

  private transient KernelCache<BatchNormKernel.Shape, BatchNormKernel> kernels;
  private transient INDArray batchMean;
  private transient INDArray batchVariance;
  private transient INDArray output;

  BatchNormRuntime(NeuralNetConfiguration conf, DataType dataType) {
    super(conf, dataType);
  }

  /**
   * A copy of the channel means of the last forward pass in training mode, [1, C]; null before the
   * first.
   */
  public INDArray batchMean() {
    return rowCopy(batchMean);
  }

  /**
   * A copy of the biased channel variances of the last forward pass in training mode, [1, C]; null
   * before the first.
   */
  public INDArray batchVariance() {
    return rowCopy(batchVariance);
  }

  private static INDArray rowCopy(INDArray statistics) {
    return statistics == null
        ? null
        : Detached.from(() -> statistics.reshape(1, statistics.length()).dup());
  }

  private boolean served(INDArray array) {
    return OneDnn.serves(dataType)
        && (array.rank() == 2
            || (array.rank() == 4 && layerConf().getCnn2DFormat() == CNN2DFormat.NHWC))
        && !layerConf().isLockGammaBeta()
        && !layerConf().isUseLogStd();
  }

  @Override
  public INDArray activate(boolean training, LayerWorkspaceMgr workspaces) {
    assertInputSet(false);
    return served(input) ? forward(training, workspaces) : stockForward(training, workspaces);
  }

  @Override
  public Pair<Gradient, INDArray> backpropGradient(INDArray epsilon, LayerWorkspaceMgr workspaces) {
    assertInputSet(true);
    Pair<Gradient, INDArray> result =
        served(input)
            ? backward(OneDnn.dense(epsilon), workspaces)
            : stockBackward(epsilon, workspaces);
    if (Frozen.is(layerConf())) {
      result.getFirst().getGradientFor(GAMMA).assign(0);
      result.getFirst().getGradientFor(BETA).assign(0);
    }
    return result;
  }

  private INDArray forward(boolean training, LayerWorkspaceMgr workspaces) {
    INDArray x = OneDnn.dense(input);
    BatchNormKernel kernel = kernel(x);
    INDArray y =
        workspaces.createUninitialized(ArrayType.ACTIVATIONS, DataType.FLOAT, x.shape(), 'c');
    if (training) {
      if (batchMean == null) {
        batchMean = Detached.from(() -> Nd4j.create(DataType.FLOAT, layerConf().getNOut()));
        batchVariance = Detached.from(() -> Nd4j.create(DataType.FLOAT, layerConf().getNOut()));
      }
      kernel.train(x, getParam(GAMMA), getParam(BETA), batchMean, batchVariance, y);
    } else {
      kernel.infer(x, getParam(GAMMA), getParam(BETA), getParam(MEAN), getParam(VARIANCE), y);
    }
    return y;
  }

  private Pair<Gradient, INDArray> backward(INDArray epsilon, LayerWorkspaceMgr workspaces) {
    INDArray x = OneDnn.dense(input);
    INDArray below =
        workspaces.createUninitialized(ArrayType.ACTIVATION_GRAD, DataType.FLOAT, x.shape(), 'c');
    kernel(x)
        .backward(
            x,
            getParam(GAMMA),
            batchMean,
            batchVariance,
            epsilon,
            below,
            gradientViews.get(GAMMA),
            gradientViews.get(BETA));
    Gradient gradient = new DefaultGradient();
    gradient.setGradientFor(GAMMA, gradientViews.get(GAMMA));
    gradient.setGradientFor(BETA, gradientViews.get(BETA));
    gradient.setGradientFor(MEAN, movement(MEAN, batchMean));
    gradient.setGradientFor(VARIANCE, movement(VARIANCE, batchVariance));
    return new Pair<>(gradient, below);
  }

  /** What is taken from running statistics so that they keep {@code decay} of themselves. */
  private INDArray movement(String name, INDArray batchStatistics) {
    INDArray movement = gradientViews.get(name);
    Nd4j.getExecutioner().exec(new SubOp(getParam(name), batchStatistics, movement));
    return movement.muli(1 - layerConf().getDecay());
  }

  private BatchNormKernel kernel(INDArray x) {
    if (kernels == null) {
      kernels = new KernelCache<>(BatchNormKernel::new);
    }
    boolean images = x.rank() == 4;
    if (x.size(images ? 3 : 1) != layerConf().getNOut()) {
      throw new IllegalArgumentException(
          "Cannot normalise: layer "
              + layerConf().getLayerName()
              + " has "
              + layerConf().getNOut()
              + " channels ("
              + x.shapeInfoToString()
              + ")");
    }
    return kernels.get(
        new BatchNormKernel.Shape(
            x.size(0),
            images ? x.size(1) : 1,
            images ? x.size(2) : 1,
            layerConf().getNOut(),
            (float) layerConf().getEps(),
            relu()));
  }

  private INDArray stockForward(boolean training, LayerWorkspaceMgr workspaces) {
    INDArray activations = super.activate(training, workspaces);
    if (relu()) {
      activations = Rectifier.forward(activations);
    }
    if (training) {
      int[] allButChannel = input.rank() == 2 ? new int[] {0} : pixels();
      output = activations;
      batchMean = Detached.from(() -> input.castTo(dataType).mean(allButChannel));
      batchVariance = Detached.from(() -> input.castTo(dataType).var(false, allButChannel));
    }
    return activations;
  }

  private int[] pixels() {
    return switch (layerConf().getCnn2DFormat()) {
      case NHWC -> new int[] {0, 1, 2};
      case NCHW -> new int[] {0, 2, 3};
    };
  }

  private Pair<Gradient, INDArray> stockBackward(INDArray epsilon, LayerWorkspaceMgr workspaces) {
    if (!relu()) {
      return super.backpropGradient(epsilon, workspaces);
    }
    INDArray masked =
        workspaces.createUninitialized(
            ArrayType.BP_WORKING_MEM, epsilon.dataType(), epsilon.shape());
    Rectifier.backward(epsilon, output, masked);
    return super.backpropGradient(masked, workspaces);
  }

  @Override
  public void clear() {
    super.clear();
    output = null;
  }

  private boolean relu() {
    return ((BatchNorm) layerConf()).isRelu();
  }
}
