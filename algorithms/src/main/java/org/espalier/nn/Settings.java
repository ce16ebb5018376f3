package org.espalier.nn;

import java.util.Collection;
import java.util.Map;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.layers.AbstractLayer;
import org.deeplearning4j.nn.layers.BaseLayer;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What every layer configuration does on its way from builder to runtime. */
final class Settings {
  private Settings() {}

  /**
   * Copies what Deeplearning4j's own constructors would copy, for classes whose constructor is
   * private.
   */
  static void copy(FeedForwardLayer.Builder<?> builder, FeedForwardLayer layer) {
    layer.setLayerName(builder.getLayerName());
    layer.setIDropout(builder.getIDropout());
    layer.setActivationFn(builder.getActivationFn());
    layer.setWeightInitFn(builder.getWeightInitFn());
    layer.setBiasInit(builder.getBiasInit());
    layer.setGainInit(builder.getGainInit());
    layer.setRegularization(builder.getRegularization());
    layer.setRegularizationBias(builder.getRegularizationBias());
    layer.setIUpdater(builder.getIupdater());
    layer.setBiasUpdater(builder.getBiasUpdater());
    layer.setWeightNoise(builder.getWeightNoise());
    layer.setGradientNormalization(builder.getGradientNormalization());
    layer.setGradientNormalizationThreshold(builder.getGradientNormalizationThreshold());
    layer.setNIn(builder.getNIn());
    layer.setNOut(builder.getNOut());
  }

  /** Gives a new runtime layer its parameters and its place in the network. */
  static <L extends BaseLayer<?>> L install(
      L runtime,
      NeuralNetConfiguration conf,
      Collection<TrainingListener> listeners,
      int index,
      INDArray paramsView,
      boolean initializeParams) {
    place(runtime, listeners, index);
    runtime.setParamsViewArray(paramsView);
    Map<String, INDArray> table =
        conf.getLayer().initializer().init(conf, paramsView, initializeParams);
    runtime.setParamTable(table);
    return runtime;
  }

  /** Gives a new runtime layer without parameters its place in the network. */
  static <L extends AbstractLayer<?>> L place(
      L runtime, Collection<TrainingListener> listeners, int index) {
    runtime.setListeners(listeners);
    runtime.setIndex(index);
    return runtime;
  }

  /** The input as NHWC activations; anything else is refused. */
  static InputType.InputTypeConvolutional nhwc(String layer, InputType input) {
    if (!(input instanceof InputType.InputTypeConvolutional convolutional)) {
      throw new IllegalArgumentException(
          "Cannot build layer " + layer + ": it takes images (" + input + ")");
    }
    if (convolutional.getFormat() != CNN2DFormat.NHWC) {
      throw new IllegalArgumentException(
          "Cannot build layer "
              + layer
              + ": it takes NHWC images ("
              + convolutional.getFormat()
              + ")");
    }
    return convolutional;
  }

  /** One number for both axes, or one each. */
  static int[] pair(String what, int minimum, int... values) {
    if (values.length != 1 && values.length != 2) {
      throw new IllegalArgumentException(
          "Cannot set " + what + ": one or two numbers are allowed (" + values.length + ")");
    }
    int[] pair = {values[0], values[values.length - 1]};
    for (int value : pair) {
      if (value < minimum) {
        throw new IllegalArgumentException(
            "Cannot set " + what + ": it must be at least " + minimum + " (" + value + ")");
      }
    }
    return pair;
  }
}
