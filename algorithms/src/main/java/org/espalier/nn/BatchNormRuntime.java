package org.espalier.nn;

import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.normalization.BatchNormalization;
import org.deeplearning4j.nn.params.BatchNormalizationParamInitializer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Computes {@link BatchNorm} and remembers the statistics of the last training batch. */
public final class BatchNormRuntime extends BatchNormalization {
  private static final long serialVersionUID = 1L;

  private transient INDArray batchMean;
  private transient INDArray batchVariance;
  private transient INDArray output;

  BatchNormRuntime(NeuralNetConfiguration conf, DataType dataType) {
    super(conf, dataType);
  }

  /** The channel means of the last forward pass in training mode, [1, C]; null before the first. */
  public INDArray batchMean() {
    return batchMean;
  }

  /**
   * The biased channel variances of the last forward pass in training mode, [1, C]; null before the
   * first.
   */
  public INDArray batchVariance() {
    return batchVariance;
  }

  @Override
  public INDArray activate(boolean training, LayerWorkspaceMgr workspaces) {
    INDArray activations = super.activate(training, workspaces);
    if (relu()) {
      activations = Rectifier.forward(activations);
    }
    if (training) {
      output = activations;
      rememberStatistics();
    }
    return activations;
  }

  private void rememberStatistics() {
    int[] allButChannel = input.rank() == 2 ? new int[] {0} : spatialDimensions();
    batchMean = Detached.from(() -> input.castTo(dataType).mean(allButChannel).reshape(1, -1));
    batchVariance =
        Detached.from(() -> input.castTo(dataType).var(false, allButChannel).reshape(1, -1));
  }

  private int[] spatialDimensions() {
    return switch (layerConf().getCnn2DFormat()) {
      case NHWC -> new int[] {0, 1, 2};
      case NCHW -> new int[] {0, 2, 3};
    };
  }

  @Override
  public Pair<Gradient, INDArray> backpropGradient(INDArray epsilon, LayerWorkspaceMgr workspaces) {
    INDArray masked = epsilon;
    if (relu()) {
      masked =
          workspaces.createUninitialized(
              ArrayType.BP_WORKING_MEM, epsilon.dataType(), epsilon.shape());
      Rectifier.backward(epsilon, output, masked);
    }
    Pair<Gradient, INDArray> result = super.backpropGradient(masked, workspaces);
    if (Frozen.is(layerConf())) {
      Gradient gradient = result.getFirst();
      gradient.getGradientFor(BatchNormalizationParamInitializer.GAMMA).assign(0);
      gradient.getGradientFor(BatchNormalizationParamInitializer.BETA).assign(0);
    }
    return result;
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
