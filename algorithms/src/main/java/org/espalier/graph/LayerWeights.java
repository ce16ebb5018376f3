package org.espalier.graph;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.conf.layers.wrapper.BaseWrapperLayer;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Which of a layer's arrays are weights, which other parameters, and which are only statistics. */
public final class LayerWeights {
  private static final Set<String> MULTIPLIED = Set.of("W", "dW", "pW");
  private static final Set<String> ADDED = Set.of("b", "beta");
  private static final Set<String> RUNNING_STATISTICS = Set.of("mean", "var", "log10stdev");

  private LayerWeights() {}

  /** Returns a layer's configuration, without the wrappers around it (frozen and others). */
  public static org.deeplearning4j.nn.conf.layers.Layer kind(Layer layer) {
    org.deeplearning4j.nn.conf.layers.Layer kind = layer.conf().getLayer();
    while (true) {
      if (kind instanceof FrozenLayer frozen) {
        kind = frozen.getLayer();
      } else if (kind instanceof BaseWrapperLayer wrapper) {
        kind = wrapper.getUnderlying();
      } else {
        return kind;
      }
    }
  }

  /** Returns what training changes by gradients: all but batch normalisation's statistics. */
  public static Map<String, INDArray> trainable(Layer layer) {
    Map<String, INDArray> arrays = new LinkedHashMap<>(layer.paramTable());
    if (kind(layer) instanceof BatchNormalization) {
      arrays.keySet().removeAll(RUNNING_STATISTICS);
    }
    return arrays;
  }

  /** Returns what scales its input: trainable parameters without biases and shifts. */
  public static Map<String, INDArray> scaling(Layer layer) {
    Map<String, INDArray> arrays = trainable(layer);
    arrays.keySet().removeAll(ADDED);
    return arrays;
  }

  /** Tells whether a parameter of a convolution or dense layer has its weights. */
  public static boolean isMultiplied(String parameter) {
    return MULTIPLIED.contains(parameter);
  }

  /** Returns the weights of a convolution or dense layer. */
  static Map<String, INDArray> multiplied(Layer layer) {
    Map<String, INDArray> arrays = new LinkedHashMap<>(layer.paramTable());
    arrays.keySet().retainAll(MULTIPLIED);
    return arrays;
  }
}
