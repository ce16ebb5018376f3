package org.espalier.nn;

import java.util.Collection;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The mean over all pixels, channel by channel: [N, H, W, C] to [N, C]. */
public class GlobalAveragePooling extends ParameterlessLayer {
  private static final long serialVersionUID = 1L;

  /** A pooling; it has no settings. */
  public GlobalAveragePooling() {}

  private GlobalAveragePooling(Builder builder) {
    super(builder);
  }

  /** A pooling. */
  public static Builder builder() {
    return new Builder();
  }

  @Override
  public org.deeplearning4j.nn.api.Layer instantiate(
      NeuralNetConfiguration conf,
      Collection<TrainingListener> listeners,
      int index,
      INDArray paramsView,
      boolean initializeParams,
      DataType dataType) {
    return Settings.place(new GlobalAveragePoolingRuntime(conf, dataType), listeners, index);
  }

  @Override
  public InputType getOutputType(int layerIndex, InputType inputType) {
    return InputType.feedForward(Settings.nhwc(getLayerName(), inputType).getChannels());
  }

  @Override
  public GlobalAveragePooling clone() {
    return (GlobalAveragePooling) super.clone();
  }

  /** Builds a {@link GlobalAveragePooling}. */
  @SuppressWarnings("unchecked")
  public static final class Builder extends Layer.Builder<Builder> {
    private Builder() {}

    @Override
    public GlobalAveragePooling build() {
      return new GlobalAveragePooling(this);
    }
  }
}
