package org.espalier.quantize.layer;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.ParamInitializer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Lays out the parameters of a {@link QuantizedLayer}: those of the layer inside, in its order,
 * then the quantiser's own.
 */
final class QuantizedParameters implements ParamInitializer {
  static final QuantizedParameters INSTANCE = new QuantizedParameters();

  private QuantizedParameters() {}

  @Override
  public long numParams(NeuralNetConfiguration conf) {
    return numParams(conf.getLayer());
  }

  @Override
  public long numParams(Layer layer) {
    QuantizedLayer outer = (QuantizedLayer) layer;
    return insideLength(outer) + own(outer).values().stream().mapToLong(Integer::longValue).sum();
  }

  private static long insideLength(QuantizedLayer outer) {
    Layer inside = outer.getUnderlying();
    WeightLayout layout = WeightLayout.of(inside);
    long all = inside.initializer().numParams(inside);
    return outer.quantizer().keepsWeights()
        ? all
        : all - (long) layout.channels() * layout.length();
  }

  private static Map<String, Integer> own(QuantizedLayer outer) {
    WeightLayout layout = WeightLayout.of(outer.getUnderlying());
    return outer.quantizer().parameters(layout.channels(), layout.length());
  }

  @Override
  public List<String> paramKeys(Layer layer) {
    List<String> keys = new ArrayList<>(weightKeys(layer));
    keys.addAll(biasKeys(layer));
    return keys;
  }

  @Override
  public List<String> weightKeys(Layer layer) {
    QuantizedLayer outer = (QuantizedLayer) layer;
    Layer inside = outer.getUnderlying();
    List<String> keys = new ArrayList<>(inside.initializer().weightKeys(inside));
    if (!outer.quantizer().keepsWeights()) {
      keys.remove(WeightLayout.WEIGHTS);
    }
    keys.addAll(own(outer).keySet());
    return keys;
  }

  @Override
  public List<String> biasKeys(Layer layer) {
    Layer inside = ((QuantizedLayer) layer).getUnderlying();
    return inside.initializer().biasKeys(inside);
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
    QuantizedLayer outer = (QuantizedLayer) conf.getLayer();
    Layer inside = outer.getUnderlying();
    INDArray fresh = Nd4j.create(paramsView.dataType(), 1, inside.initializer().numParams(inside));
    Map<String, INDArray> initial =
        inside.initializer().init(InnerLayer.settings(inside, conf), fresh, initializeParams);
    Map<String, INDArray> table = views(outer, paramsView, initial);
    table.keySet().forEach(conf::addVariable);
    if (initializeParams) {
      WeightLayout layout = WeightLayout.of(inside);
      Map<String, double[]> own =
          outer
              .quantizer()
              .initial(layout.read(initial.get(WeightLayout.WEIGHTS)), layout.channels());
      table.forEach(
          (name, view) ->
              view.assign(own.containsKey(name) ? row(own.get(name)) : initial.get(name)));
    }
    return table;
  }

  @Override
  public Map<String, INDArray> getGradientsFromFlattened(
      NeuralNetConfiguration conf, INDArray gradientView) {
    QuantizedLayer outer = (QuantizedLayer) conf.getLayer();
    Layer inside = outer.getUnderlying();
    INDArray shapes =
        Nd4j.createUninitialized(
            gradientView.dataType(), 1, inside.initializer().numParams(inside));
    return views(
        outer,
        gradientView,
        inside.initializer().init(InnerLayer.settings(inside, conf), shapes, false));
  }

  /** Cuts a vector into the parameters, those of the layer inside shaped as given. */
  private static Map<String, INDArray> views(
      QuantizedLayer outer, INDArray vector, Map<String, INDArray> shapes) {
    INDArray flat = vector.reshape(vector.length());
    Map<String, INDArray> table = new LinkedHashMap<>();
    long at = 0;
    for (Map.Entry<String, INDArray> entry : shapes.entrySet()) {
      if (outer.quantizer().keepsWeights() || !entry.getKey().equals(WeightLayout.WEIGHTS)) {
        INDArray shape = entry.getValue();
        table.put(
            entry.getKey(),
            flat.get(NDArrayIndex.interval(at, at + shape.length()))
                .reshape(shape.ordering(), shape.shape()));
        at += shape.length();
      }
    }
    for (Map.Entry<String, Integer> entry : own(outer).entrySet()) {
      table.put(
          entry.getKey(),
          flat.get(NDArrayIndex.interval(at, at + entry.getValue()))
              .reshape('c', 1, entry.getValue()));
      at += entry.getValue();
    }
    return table;
  }

  static INDArray row(double[] values) {
    return Nd4j.createFromArray(values).reshape('c', 1, values.length);
  }
}
