package org.espalier.nn;

import java.util.Arrays;
import java.util.Objects;
import java.util.Set;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * What {@link ChannelMask} and {@link ChannelScatter} share: a width and the channels of it that
 * count.
 */
abstract class ChannelLayer extends ParameterlessLayer {
  private static final long serialVersionUID = 1L;

  @JsonProperty("width")
  private int width;

  @JsonProperty("kept")
  private int[] kept = {};

  ChannelLayer() {}

  ChannelLayer(int width, int[] kept) {
    if (width < 1) {
      throw new IllegalArgumentException(
          "Cannot choose channels: width must be at least 1 (" + width + ")");
    }
    boolean[] seen = new boolean[width];
    for (int channel : kept) {
      if (channel < 0 || channel >= width) {
        throw new IllegalArgumentException(
            "Cannot choose channels: a channel must be from 0 to "
                + (width - 1)
                + " ("
                + channel
                + ")");
      }
      if (seen[channel]) {
        throw new IllegalArgumentException(
            "Cannot choose channels: a channel comes twice (" + channel + ")");
      }
      seen[channel] = true;
    }
    this.width = width;
    this.kept = kept.clone();
  }

  /** Channels in the whole. */
  public int width() {
    return width;
  }

  /** Channels that count, each from 0 to width - 1, none twice. */
  public int[] kept() {
    return kept.clone();
  }

  /** No parameters. */
  public Set<String> channelParameters() {
    return Set.of();
  }

  /** Where, among the channels that stay, those of {@link #kept} are that stay; in that order. */
  int[] placesOfKept(int... staying) {
    return Arrays.stream(kept)
        .map(channel -> Arrays.binarySearch(staying, channel))
        .filter(place -> place >= 0)
        .toArray();
  }

  /** Gives another layer what every layer has. */
  <L extends ChannelLayer> L copyTo(L other) {
    other.setLayerName(getLayerName());
    other.setIDropout(getIDropout());
    other.setConstraints(getConstraints());
    return other;
  }

  /** The type of these activations with another number of channels, having checked that number. */
  InputType withChannels(InputType inputType, long expected, long channels) {
    long given;
    InputType result;
    if (inputType instanceof InputType.InputTypeFeedForward features) {
      given = features.getSize();
      result = InputType.feedForward(channels);
    } else {
      InputType.InputTypeConvolutional images = Settings.nhwc(getLayerName(), inputType);
      given = images.getChannels();
      result =
          InputType.convolutional(
              images.getHeight(), images.getWidth(), channels, CNN2DFormat.NHWC);
    }
    if (given != expected) {
      throw new IllegalArgumentException(
          "Cannot build layer "
              + getLayerName()
              + ": it takes "
              + expected
              + " channels ("
              + given
              + ")");
    }
    return result;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ChannelLayer that
        && getClass() == that.getClass()
        && width == that.width
        && Arrays.equals(kept, that.kept)
        && super.equals(other);
  }

  @Override
  public int hashCode() {
    return Objects.hash(super.hashCode(), width, Arrays.hashCode(kept));
  }

  @Override
  public String toString() {
    return getClass().getSimpleName() + "(width=" + width + ", kept=" + Arrays.toString(kept) + ")";
  }
}
