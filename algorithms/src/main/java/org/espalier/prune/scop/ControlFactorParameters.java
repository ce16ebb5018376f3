package org.espalier.prune.scop;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.ParamInitializer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Lays out and initialises the single parameter of {@link ControlFactor}. */
final class ControlFactorParameters implements ParamInitializer {
  static final ControlFactorParameters INSTANCE = new ControlFactorParameters();

  private ControlFactorParameters() {}

  @Override
  public long numParams(NeuralNetConfiguration conf) {
    return numParams(conf.getLayer());
  }

  @Override
  public long numParams(Layer layer) {
    return ((ControlFactor) layer).channels();
  }

  @Override
  public List<String> paramKeys(Layer layer) {
    return List.of(ControlFactor.FACTOR);
  }

  @Override
  public List<String> weightKeys(Layer layer) {
    return List.of(ControlFactor.FACTOR);
  }

  @Override
  public List<String> biasKeys(Layer layer) {
    return List.of();
  }

  @Override
  public boolean isWeightParam(Layer layer, String key) {
    return ControlFactor.FACTOR.equals(key);
  }

  @Override
  public boolean isBiasParam(Layer layer, String key) {
    return false;
  }

  @Override
  public Map<String, INDArray> init(
      NeuralNetConfiguration conf, INDArray paramsView, boolean initializeParams) {
    conf.addVariable(ControlFactor.FACTOR);
    INDArray factor = row(paramsView);
    if (initializeParams) {
      factor.assign(ControlFactor.INITIAL);
    }
    return table(factor);
  }

  @Override
  public Map<String, INDArray> getGradientsFromFlattened(
      NeuralNetConfiguration conf, INDArray gradientView) {
    return table(row(gradientView));
  }

  private static INDArray row(INDArray view) {
    return view.reshape('c', 1, view.length());
  }

  private static Map<String, INDArray> table(INDArray factor) {
    Map<String, INDArray> table = new LinkedHashMap<>();
    table.put(ControlFactor.FACTOR, factor);
    return table;
  }
}
