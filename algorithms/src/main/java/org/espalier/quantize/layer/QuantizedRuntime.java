package org.espalier.quantize.layer;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.deeplearning4j.nn.api.TrainingConfig;
import org.deeplearning4j.nn.api.layers.LayerConstraint;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.wrapper.BaseWrapperLayer;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.espalier.nn.fused.WeightCodes;
import org.espalier.nn.fused.WeightMaker;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.regularization.Regularization;

/**
 * Computes {@link QuantizedLayer}: gives a layer of its own the quantised weights, lets it compute,
 * and takes its gradient at them back to the parameters.
 */
@SuppressWarnings("overrides")
class QuantizedRuntime extends BaseWrapperLayer implements WeightMaker {
  private static final long serialVersionUID = 1L;

  private final transient InnerLayer inner;
  private final transient WeightLayout layout;
  private final WeightQuantizer quantizer;
  private NeuralNetConfiguration conf;
  private transient INDArray parameters;
  private transient INDArray gradients;
  private transient Map<String, INDArray> table;
  private transient Map<String, INDArray> gradientViews;
  private transient Map<String, INDArray> insideViews;
  private transient Moment ready;

  QuantizedRuntime(InnerLayer inner, NeuralNetConfiguration conf) {
    super(inner.layer());
    this.inner = inner;
    this.conf = conf;
    this.quantizer = configuration().quantizer();
    this.layout = WeightLayout.of(configuration().getUnderlying());
  }

  private QuantizedLayer configuration() {
    return (QuantizedLayer) conf.getLayer();
  }

  @Override
  public final org.deeplearning4j.nn.api.Layer computing() {
    return underlying;
  }

  @Override
  public final void makeWeights(boolean training) {
    Moment moment = new Moment(training, getIterationCount(), getEpochCount());
    inner.copyOthers(table);
    layout.write(
        training ? quantizer.effective(latent(), moment) : quantizer.integers(latent()).values(),
        inner.weights());
    ready = training ? moment : null;
  }

  @Override
  public final Optional<WeightCodes> codes() {
    if (!(quantizer instanceof FixedWeights)) {
      return Optional.empty();
    }
    IntegerWeights integers = quantizer.integers(latent());
    float[] codes = new float[integers.codes().length];
    for (int i = 0; i < codes.length; i++) {
      codes[i] = integers.codes()[i] - integers.zeroPoints()[i / layout.length()];
    }
    return Optional.of(new WeightCodes(codes, integers.scales()));
  }

  private Latent latent() {
    return configuration().latent(table);
  }

  @Override
  public INDArray activate(boolean training, LayerWorkspaceMgr workspaces) {
    makeWeights(training);
    return underlying.activate(training, workspaces);
  }

  @Override
  public INDArray activate(INDArray input, boolean training, LayerWorkspaceMgr workspaces) {
    setInput(input, workspaces);
    return activate(training, workspaces);
  }

  @Override
  public Pair<Gradient, INDArray> backpropGradient(INDArray epsilon, LayerWorkspaceMgr workspaces) {
    if (ready == null) {
      makeWeights(true);
    }
    Pair<Gradient, INDArray> result = underlying.backpropGradient(epsilon, workspaces);
    takeBack(result.getFirst().gradientForVariable());
    Gradient all = new DefaultGradient();
    gradientViews.forEach((name, view) -> all.setGradientFor(name, view, view.ordering()));
    return new Pair<>(all, result.getSecond());
  }

  @Override
  public final void takeGradientBack() {
    takeBack(insideViews);
  }

  /** Takes the gradients at the parameters of the layer inside to those of this one. */
  private void takeBack(Map<String, INDArray> inside) {
    double[] gradient = layout.read(inside.get(WeightLayout.WEIGHTS));
    Map<String, double[]> own = new LinkedHashMap<>();
    quantizer
        .parameters(layout.channels(), layout.length())
        .forEach((name, length) -> own.put(name, new double[length]));
    quantizer.backward(latent(), ready, gradient, own);
    ready = null;
    gradientViews.forEach(
        (name, view) -> {
          if (own.containsKey(name)) {
            view.assign(QuantizedParameters.row(own.get(name)));
          } else if (name.equals(WeightLayout.WEIGHTS)) {
            layout.write(gradient, view);
          } else {
            view.assign(inside.get(name));
          }
        });
  }

  @Override
  public double calcRegularizationScore(boolean backpropParamsOnly) {
    double sum = 0;
    for (Map.Entry<String, INDArray> entry : table.entrySet()) {
      List<Regularization> all = configuration().getRegularizationByParam(entry.getKey());
      if (all != null) {
        for (Regularization one : all) {
          sum += one.score(entry.getValue(), getIterationCount(), getEpochCount());
        }
      }
    }
    return sum;
  }

  @Override
  public void applyConstraints(int iteration, int epoch) {
    for (Layer layer : List.of(configuration(), configuration().getUnderlying())) {
      if (layer.getConstraints() != null) {
        for (LayerConstraint constraint : layer.getConstraints()) {
          constraint.applyConstraint(this, iteration, epoch);
        }
      }
    }
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
  public INDArray params() {
    return parameters;
  }

  @Override
  public long numParams() {
    return parameters.length();
  }

  @Override
  public long numParams(boolean backwards) {
    return numParams();
  }

  @Override
  public void setParams(INDArray params) {
    parameters.assign(params.reshape(parameters.shape()));
  }

  @Override
  public void setParamsViewArray(INDArray params) {
    parameters = params;
  }

  @Override
  public INDArray getParam(String name) {
    return table.get(name);
  }

  @Override
  public void setParam(String name, INDArray value) {
    table.get(name).assign(value);
  }

  @Override
  public Map<String, INDArray> paramTable() {
    return table;
  }

  @Override
  public Map<String, INDArray> paramTable(boolean backpropParamsOnly) {
    return table;
  }

  @Override
  public void setParamTable(Map<String, INDArray> paramTable) {
    table = paramTable;
  }

  @Override
  public INDArray getGradientsViewArray() {
    return gradients;
  }

  @Override
  public void setBackpropGradientsViewArray(INDArray view) {
    gradients = view;
    gradientViews = configuration().initializer().getGradientsFromFlattened(conf, view);
    underlying.setBackpropGradientsViewArray(inner.gradients());
    insideViews =
        configuration()
            .getUnderlying()
            .initializer()
            .getGradientsFromFlattened(underlying.conf(), inner.gradients());
  }

  @Override
  public void clear() {
    super.clear();
    ready = null;
  }
}
