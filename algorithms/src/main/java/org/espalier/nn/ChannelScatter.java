package org.espalier.nn;

import java.util.Arrays;
import java.util.Collection;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Puts K channels back into a wider array of zeros: [N, H, W, K] to [N, H, W, width], or [N, K] to
 * [N, width].
 *
 * <p>Output channel kept[i] is input channel i.
 */
public class ChannelScatter extends ChannelLayer implements ChannelWise {
  private static final long serialVersionUID = 1L;

  /** For deserialisation. */
  public ChannelScatter() {}

  /**
   * A scatter.
   *
   * @param width channels of the output, at least 1
   * @param kept where each input channel goes, from 0 to width - 1, none twice
   */
  public ChannelScatter(int width, int... kept) {
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
    return Settings.place(new ChannelScatterRuntime(conf, dataType), listeners, index);
  }

  @Override
  public InputType getOutputType(int layerIndex, InputType inputType) {
    return withChannels(inputType, kept().length, width());
  }

  @Override
  public int[] sources(int inputs) {
    int[] sources = new int[width()];
    Arrays.fill(sources, -1);
    int[] kept = kept();
    for (int i = 0; i < kept.length; i++) {
      sources[kept[i]] = i;
    }
    return sources;
  }

  @Override
  public ChannelScatter withChannels(int[] inputs, int[] outputs) {
    return copyTo(new ChannelScatter(outputs.length, placesOfKept(outputs)));
  }

  @Override
  public ChannelScatter clone() {
    return (ChannelScatter) super.clone();
  }
}
