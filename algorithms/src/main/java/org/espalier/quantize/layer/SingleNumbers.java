package org.espalier.quantize.layer;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.ParamInitializer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Lays out the parameters of an {@link ActivationQuantizer}: [1, 1] each, 0 at first. */
final class SingleNumbers implements ParamInitializer {
  static final SingleNumbers INSTANCE = new SingleNumbers();

  private SingleNumbers() {}

  @Override
  public long numParams(NeuralNetConfiguration conf) {
    return numParams(conf.getLayer());
  }

  @Override
  public long numParams(Layer layer) {
    return paramKeys(layer).size();
  }

  @Override
  public List<String> paramKeys(Layer layer) {
    return ((ActivationQuantizer) layer).parameterNames();
  }

  @Override
  public List<String> weightKeys(Layer layer) {
    return paramKeys(layer);
  }

  @Override
  public List<String> biasKeys(Layer layer) {
    return List.of();
  }

  @Override
  public boolean isWeightParam(Layer layer, String key) {
    return paramKeys(layer).contains(key);
  }

  @Override
  public boolean isBiasParam(Layer layer, String key) {
    return false;
  }

  @Override
  public Map<String, INDArray> init(
      NeuralNetConfiguration conf, INDArray paramsView, boolean initializeParams) {
    paramKeys(conf.getLayer()).forEach(conf::addVariable);
    if (initializeParams && paramsView != null) {
      paramsView.assign(0);
    }
    return views(conf, paramsView);
  }

  @Override
  public Map<String, INDArray> getGradientsFromFlattened(
      NeuralNetConfiguration conf, INDArray gradientView) {
    return views(conf, gradientView);
  }

  private Map<String, INDArray> views(NeuralNetConfiguration conf, INDArray vector) {
    Map<String, INDArray> table = new LinkedHashMap<>();
    for (String name : paramKeys(conf.getLayer())) {
      long at = table.size();
      table.put(
          name,
          vector
              .reshape(vector.length())
              .get(NDArrayIndex.interval(at, at + 1))
              .reshape('c', 1, 1));
    }
    return table;
  }
}
