package org.espalier.nn;

import java.util.Collection;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Sets every channel that is not kept to zero. Shape is kept: [N, H, W, width] or [N, width]. */
public class ChannelMask extends ChannelLayer implements ChannelWise {
  private static final long serialVersionUID = 1L;

  /** For deserialisation. */
  public ChannelMask() {}

  /**
   * A mask.
   *
   * @param width channels of the input, at least 1
   * @param kept the channels that pass, from 0 to width - 1, none twice
   */
  public ChannelMask(int width, int... kept) {
    super(width, kept);
  }

  @Override
  public org.deeplearning4j.nn.api.Layer instantiate(
      NeuralNetConfiguration conf,
      Collection<TrainingListener> listeners,
      int index,
      INDArray paramsView,
      boolean initializeParams,
      DataType dataType) {
    return Settings.place(new ChannelMaskRuntime(conf, dataType), listeners, index);
  }

  @Override
  public InputType getOutputType(int layerIndex, InputType inputType) {
    return withChannels(inputType, width(), width());
  }

  @Override
  public int[] sources(int inputs) {
    return IntStream.range(0, width()).toArray();
  }

  @Override
  public ChannelMask withChannels(int[] inputs, int[] outputs) {
    return copyTo(new ChannelMask(outputs.length, placesOfKept(outputs)));
  }

  @Override
  public ChannelMask clone() {
    return (ChannelMask) super.clone();
  }
}
