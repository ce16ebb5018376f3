package org.espalier.quantize.layer;

import java.util.Map;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.TrainingConfig;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.wrapper.BaseWrapperLayer;
import org.deeplearning4j.nn.params.BatchNormalizationParamInitializer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.espalier.nn.BatchNorm;
import org.espalier.nn.fused.FreezableStatistics;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * Computes {@link FreezingNormalization}. Frozen, with running mean m and variance v and E the
 * gradient at the output (0 where a fused ReLU gave 0):
 *
 * <pre>
 * dL/dx = E gamma / sqrt(v + eps),  dL/dbeta = sum of E,  dL/dgamma = sum of E (x - m) / sqrt(v + eps)
 * </pre>
 */
@SuppressWarnings("overrides")
final class FreezingRuntime extends BaseWrapperLayer implements FreezableStatistics {
  private static final long serialVersionUID = 1L;
  private static final String GAMMA = BatchNormalizationParamInitializer.GAMMA;
  private static final String BETA = BatchNormalizationParamInitializer.BETA;
  private static final String MEAN = BatchNormalizationParamInitializer.GLOBAL_MEAN;
  private static final String VARIANCE = BatchNormalizationParamInitializer.GLOBAL_VAR;

  private NeuralNetConfiguration conf;
  private transient INDArray gradients;
  private transient Map<String, INDArray> gradientViews;
  private transient INDArray output;

  FreezingRuntime(Layer underlying, NeuralNetConfiguration conf) {
    super(underlying);
    this.conf = conf;
    underlying.conf().variables().forEach(conf::addVariable);
  }

  private FreezingNormalization configuration() {
    return (FreezingNormalization) conf.getLayer();
  }

  @Override
  public boolean isFrozen() {
    return getIterationCount() >= configuration().freeze();
  }

  @Override
  public INDArray activate(boolean training, LayerWorkspaceMgr workspaces) {
    INDArray activations = underlying.activate(training && !isFrozen(), workspaces);
    output = training && isFrozen() ? activations : null;
    return activations;
  }

  @Override
  public INDArray activate(INDArray input, boolean training, LayerWorkspaceMgr workspaces) {
    setInput(input, workspaces);
    return activate(training, workspaces);
  }

  @Override
  public Pair<Gradient, INDArray> backpropGradient(INDArray epsilon, LayerWorkspaceMgr workspaces) {
    return output == null
        ? underlying.backpropGradient(epsilon, workspaces)
        : frozen(epsilon, workspaces);
  }

  private Pair<Gradient, INDArray> frozen(INDArray epsilon, LayerWorkspaceMgr workspaces) {
    BatchNorm normalization = (BatchNorm) configuration().getUnderlying();
    INDArray given = epsilon.dup('c');
    if (normalization.isRelu()) {
      given.muli(output.gt(0).castTo(given.dataType()));
    }
    long channels = getParam(GAMMA).length();
    INDArray rows = given.reshape('c', given.length() / channels, channels);
    INDArray x = input().dup('c').reshape('c', rows.shape());
    INDArray scale =
        Transforms.sqrt(getParam(VARIANCE).add(normalization.getEps())).rdivi(1).reshape(channels);
    INDArray centred = x.subiRowVector(getParam(MEAN).reshape(channels)).muliRowVector(scale);

    gradientViews.get(BETA).assign(rows.sum(0).reshape(1, channels));
    gradientViews.get(GAMMA).assign(centred.muli(rows).sum(0).reshape(1, channels));
    gradientViews.get(MEAN).assign(0);
    gradientViews.get(VARIANCE).assign(0);
    INDArray below =
        workspaces.createUninitialized(
            ArrayType.ACTIVATION_GRAD, given.dataType(), epsilon.shape(), 'c');
    below
        .reshape('c', rows.shape())
        .assign(rows.muliRowVector(scale.muli(getParam(GAMMA).reshape(channels))));
    Gradient gradient = new DefaultGradient();
    gradientViews.forEach(gradient::setGradientFor);
    return new Pair<>(gradient, below);
  }

  @Override
  public void setBackpropGradientsViewArray(INDArray view) {
    gradients = view;
    gradientViews =
        configuration()
            .getUnderlying()
            .initializer()
            .getGradientsFromFlattened(underlying.conf(), view);
    underlying.setBackpropGradientsViewArray(view);
  }

  @Override
  public INDArray getGradientsViewArray() {
    return gradients;
  }

  @Override
  public NeuralNetConfiguration conf() {
    return conf;
  }

  @Override
  public void setConf(NeuralNetConfiguration conf) {
    this.conf = conf;
  }

  @Override
  public TrainingConfig getConfig() {
    return conf.getLayer();
  }

  @Override
  public void clear() {
    super.clear();
    output = null;
  }
}
