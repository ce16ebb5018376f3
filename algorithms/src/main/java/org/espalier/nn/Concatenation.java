package org.espalier.nn;

import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;

/**
 * Two or more inputs side by side, channel after channel: [N, H, W, C1], [N, H, W, C2], ... to [N,
 * H, W, C1 + C2 + ...].
 *
 * <p>Deeplearning4j's own {@link MergeVertex} finds the channel axis when a network is built and
 * forgets it when its configuration is cloned; here it is always the last one.
 */
public class Concatenation extends MergeVertex {
  private static final long serialVersionUID = 1L;
  private static final int CHANNELS = 3;

  /** A concatenation; it has no settings. */
  public Concatenation() {
    setMergeAxis(CHANNELS);
  }

  @Override
  @SuppressWarnings("MissingSuperCall")
  public Concatenation clone() {
    return new Concatenation();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Concatenation;
  }

  @Override
  public int hashCode() {
    return Concatenation.class.hashCode();
  }

  @Override
  public String toString() {
    return "Concatenation()";
  }

  @Override
  public InputType getOutputType(int layerIndex, InputType... inputs) {
    InputType.InputTypeConvolutional first = Settings.nhwc("(a concatenation)", inputs[0]);
    long channels = 0;
    for (InputType input : inputs) {
      InputType.InputTypeConvolutional map = Settings.nhwc("(a concatenation)", input);
      if (map.getHeight() != first.getHeight() || map.getWidth() != first.getWidth()) {
        throw new IllegalArgumentException(
            "Cannot build a concatenation: its inputs must have one height and width ("
                + first
                + ", "
                + map
                + ")");
      }
      channels += map.getChannels();
    }
    return InputType.convolutional(first.getHeight(), first.getWidth(), channels, CNN2DFormat.NHWC);
  }
}
