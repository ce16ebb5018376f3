package org.espalier.quantize.simqat;

import static org.deeplearning4j.nn.params.BatchNormalizationParamInitializer.BETA;
import static org.deeplearning4j.nn.params.BatchNormalizationParamInitializer.GAMMA;
import static org.deeplearning4j.nn.params.BatchNormalizationParamInitializer.GLOBAL_MEAN;
import static org.deeplearning4j.nn.params.BatchNormalizationParamInitializer.GLOBAL_VAR;

import java.util.Collection;
import java.util.Map;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.BaseLayer;
import org.deeplearning4j.nn.params.ConvolutionParamInitializer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.espalier.quantize.layer.InnerLayer;
import org.espalier.quantize.layer.Moment;
import org.espalier.quantize.layer.WeightLayout;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Computes {@link FoldedConvolution}.
 *
 * <p>The bias of the convolution plays no part where statistics of the batch are used: they take it
 * away again. It is added to the running mean.
 */
final class FoldedRuntime extends BaseLayer<FoldedConvolution> {
  private static final long serialVersionUID = 1L;
  private static final String BIAS = ConvolutionParamInitializer.BIAS_KEY;

  private final transient InnerLayer rounded;
  private final transient InnerLayer raw;
  private transient FoldedWeights weights;
  private transient BatchFold fold;
  private transient INDArray output;

  FoldedRuntime(
      NeuralNetConfiguration conf,
      Collection<TrainingListener> listeners,
      int index,
      DataType dataType) {
    super(conf, dataType);
    ConvolutionLayer inside = layerConf().convolution().clone();
    inside.setHasBias(false);
    this.rounded = inner(inside, listeners, index);
    this.raw =
        layerConf().folding() == Folding.TWO_CONVOLUTIONS ? inner(inside, listeners, index) : null;
  }

  private InnerLayer inner(
      ConvolutionLayer inside, Collection<TrainingListener> listeners, int index) {
    InnerLayer inner = InnerLayer.of(inside, conf, listeners, index, dataType);
    inner.layer().setBackpropGradientsViewArray(inner.gradients());
    return inner;
  }

  @Override
  public INDArray activate(boolean training, LayerWorkspaceMgr workspaces) {
    assertInputSet(false);
    weights = FoldedWeights.of(layerConf(), params);
    boolean batch = training && getIterationCount() < layerConf().freeze();
    INDArray x = convolve(rounded, effective(training), training, workspaces);
    int channels = weights.factor().length;
    if (!batch) {
      fold = null;
      ChannelRows.shift(ChannelRows.of(x, channels), weights.bias());
    } else {
      INDArray reference = raw == null ? null : convolve(raw, weights.raw(), true, workspaces);
      fold = BatchFold.of(layerConf(), weights, params, x, reference);
      x = fold.forward(workspaces);
    }
    if (layerConf().normalization().isRelu()) {
      x.muli(x.gt(0).castTo(x.dataType()));
    }
    output = x;
    return x;
  }

  private double[] effective(boolean training) {
    return training
        ? layerConf().weights().effective(weights.latent(), moment())
        : layerConf().weights().integers(weights.latent()).values();
  }

  private Moment moment() {
    return new Moment(true, getIterationCount(), getEpochCount());
  }

  private INDArray convolve(
      InnerLayer inner, double[] values, boolean training, LayerWorkspaceMgr workspaces) {
    layout().write(values, inner.weights());
    inner.layer().setInput(input, workspaces);
    return inner.layer().activate(training, workspaces);
  }

  private WeightLayout layout() {
    return WeightLayout.of(layerConf().convolution());
  }

  @Override
  public Pair<Gradient, INDArray> backpropGradient(INDArray epsilon, LayerWorkspaceMgr workspaces) {
    assertInputSet(true);
    INDArray d = epsilon.castTo(dataType).dup('c');
    if (layerConf().normalization().isRelu()) {
      d.muli(output.gt(0).castTo(dataType));
    }
    int channels = weights.factor().length;
    double[] shift = ChannelRows.sums(ChannelRows.of(d, channels));
    double[] gamma = new double[channels];
    INDArray reference = null;
    if (fold == null) {
      frozen(shift, gamma);
    } else {
      fold.backward(ChannelRows.of(d, channels), shift, gamma);
      reference = fold.referenceGradient();
      running();
    }
    Pair<Gradient, INDArray> below = rounded.layer().backpropGradient(d, workspaces);
    double[] folded = layout().read(below.getFirst().getGradientFor(WeightLayout.WEIGHTS));
    layerConf().weights().backward(weights.latent(), moment(), folded, Map.of());
    double[] factor = weights.factorGradient(folded);
    for (int c = 0; c < channels; c++) {
      gamma[c] += factor[c] / weights.deviation()[c];
    }
    double[] own = FoldedWeights.times(folded, weights.factor());
    if (reference != null) {
      Pair<Gradient, INDArray> other = raw.layer().backpropGradient(reference, workspaces);
      double[] more = layout().read(other.getFirst().getGradientFor(WeightLayout.WEIGHTS));
      for (int i = 0; i < own.length; i++) {
        own[i] += more[i];
      }
      below.getSecond().addi(other.getSecond());
    }
    layout().write(own, gradientViews.get(WeightLayout.WEIGHTS));
    set(BETA, shift);
    set(GAMMA, gamma);
    Gradient gradient = new DefaultGradient();
    gradientViews.forEach((name, view) -> gradient.setGradientFor(name, view, view.ordering()));
    return new Pair<>(gradient, leave(below.getSecond(), workspaces));
  }

  private static INDArray leave(INDArray below, LayerWorkspaceMgr workspaces) {
    return workspaces.leverageTo(ArrayType.ACTIVATION_GRAD, below);
  }

  /** Gradients by the constant added to each channel, where no statistics of the batch are used. */
  private void frozen(double[] shift, double[] gamma) {
    double[] mean = numbers(GLOBAL_MEAN);
    double[] bias = params.containsKey(BIAS) ? numbers(BIAS) : new double[mean.length];
    double[] biasGradient = new double[mean.length];
    for (int c = 0; c < mean.length; c++) {
      gamma[c] = weights.exact()[c] ? shift[c] * (bias[c] - mean[c]) / weights.deviation()[c] : 0;
      biasGradient[c] = shift[c] * weights.factor()[c];
    }
    set(GLOBAL_MEAN, new double[mean.length]);
    set(GLOBAL_VAR, new double[mean.length]);
    if (params.containsKey(BIAS)) {
      set(BIAS, biasGradient);
    }
  }

  /** What is taken from running statistics so that they keep {@code decay} of themselves. */
  private void running() {
    double[] mean = numbers(GLOBAL_MEAN);
    double[] variance = numbers(GLOBAL_VAR);
    double[] bias = params.containsKey(BIAS) ? numbers(BIAS) : new double[mean.length];
    double part = 1 - layerConf().normalization().getDecay();
    for (int c = 0; c < mean.length; c++) {
      double deviation = fold.batch().deviation()[c];
      double seen = deviation * deviation - layerConf().normalization().getEps();
      mean[c] = part * (mean[c] - fold.batch().mean()[c] - bias[c]);
      variance[c] = part * (variance[c] - seen);
    }
    set(GLOBAL_MEAN, mean);
    set(GLOBAL_VAR, variance);
    if (params.containsKey(BIAS)) {
      set(BIAS, new double[mean.length]);
    }
  }

  private double[] numbers(String name) {
    return getParam(name).dup().toDoubleVector();
  }

  private void set(String name, double[] values) {
    INDArray view = gradientViews.get(name);
    view.assign(Nd4j.createFromArray(values).castTo(view.dataType()).reshape(view.shape()));
  }

  @Override
  public boolean updaterDivideByMinibatch(String parameter) {
    return !parameter.equals(GLOBAL_MEAN) && !parameter.equals(GLOBAL_VAR);
  }

  @Override
  public boolean isPretrainLayer() {
    return false;
  }

  @Override
  public void clear() {
    super.clear();
    fold = null;
    output = null;
  }
}
