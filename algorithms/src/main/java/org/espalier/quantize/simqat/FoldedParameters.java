package org.espalier.quantize.simqat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.ParamInitializer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.espalier.quantize.layer.InnerLayer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Lays out the parameters of {@link FoldedConvolution}: one layer's, then the other's. */
final class FoldedParameters implements ParamInitializer {
  static final FoldedParameters INSTANCE = new FoldedParameters();

  private FoldedParameters() {}

  private static List<Layer> parts(Layer layer) {
    FoldedConvolution folded = (FoldedConvolution) layer;
    return List.of(folded.convolution(), folded.normalization());
  }

  /** Gathers the keys of both parts. */
  private interface Keys {
    List<String> of(ParamInitializer initializer, Layer part);
  }

  private static List<String> keys(Layer layer, Keys keys) {
    List<String> all = new ArrayList<>();
    parts(layer).forEach(part -> all.addAll(keys.of(part.initializer(), part)));
    return all;
  }

  @Override
  public long numParams(NeuralNetConfiguration conf) {
    return numParams(conf.getLayer());
  }

  @Override
  public long numParams(Layer layer) {
    return parts(layer).stream().mapToLong(part -> part.initializer().numParams(part)).sum();
  }

  @Override
  public List<String> paramKeys(Layer layer) {
    return keys(layer, ParamInitializer::paramKeys);
  }

  @Override
  public List<String> weightKeys(Layer layer) {
    return keys(layer, ParamInitializer::weightKeys);
  }

  @Override
  public List<String> biasKeys(Layer layer) {
    return keys(layer, ParamInitializer::biasKeys);
  }

  @Override
  public boolean isWeightParam(Layer layer, String key) {
    return weightKeys(layer).contains(key);
  }

  @Override
  public boolean isBiasParam(Layer layer, String key) {
    return biasKeys(layer).contains(key);
  }

  @Override
  public Map<String, INDArray> init(
      NeuralNetConfiguration conf, INDArray paramsView, boolean initializeParams) {
    Map<String, INDArray> table = new LinkedHashMap<>();
    long at = 0;
    for (Layer part : parts(conf.getLayer())) {
      table.putAll(
          part.initializer()
              .init(
                  InnerLayer.settings(part, conf), piece(paramsView, at, part), initializeParams));
      at += part.initializer().numParams(part);
    }
    table.keySet().forEach(conf::addVariable);
    return table;
  }

  @Override
  public Map<String, INDArray> getGradientsFromFlattened(
      NeuralNetConfiguration conf, INDArray gradientView) {
    Map<String, INDArray> table = new LinkedHashMap<>();
    long at = 0;
    for (Layer part : parts(conf.getLayer())) {
      table.putAll(
          part.initializer()
              .getGradientsFromFlattened(
                  InnerLayer.settings(part, conf), piece(gradientView, at, part)));
      at += part.initializer().numParams(part);
    }
    return table;
  }

  private static INDArray piece(INDArray vector, long at, Layer part) {
    long length = part.initializer().numParams(part);
    return vector
        .reshape(vector.length())
        .get(NDArrayIndex.interval(at, at + length))
        .reshape('c', 1, length);
  }
}
