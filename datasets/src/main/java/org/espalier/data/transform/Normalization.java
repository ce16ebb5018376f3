package org.espalier.data.transform;

import java.io.Serializable;
import java.util.Arrays;

/** Maps a byte x of channel c to the float (x / 255 - mean[c]) / std[c]. */
public final class Normalization implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Mean and deviation of ImageNet's red, green and blue; many CIFAR networks use them too. */
  public static final Normalization IMAGENET =
      of(new float[] {0.485f, 0.456f, 0.406f}, new float[] {0.229f, 0.224f, 0.225f});

  /** Mean and deviation of MNIST's training images. */
  public static final Normalization MNIST = of(new float[] {0.1307f}, new float[] {0.3081f});

  /** Brings one grey channel to -1 to 1. */
  public static final Normalization GREY = of(new float[] {0.5f}, new float[] {0.5f});

  private final float[] mean;
  private final float[] std;
  private final float[][] table;

  private Normalization(float[] mean, float[] std) {
    this.mean = mean;
    this.std = std;
    this.table = new float[mean.length][256];
    for (int c = 0; c < mean.length; c++) {
      for (int value = 0; value < 256; value++) {
        table[c][value] = (value / 255f - mean[c]) / std[c];
      }
    }
  }

  /**
   * Makes a normalisation.
   *
   * @param mean one value a channel, on the scale 0 to 1
   * @param std as many values, each above 0
   */
  public static Normalization of(float[] mean, float[] std) {
    if (mean.length == 0 || mean.length != std.length) {
      throw new IllegalArgumentException(
          String.format(
              "Cannot normalise: there must be a mean and a deviation for each channel (%d and %d)",
              mean.length, std.length));
    }
    for (float s : std) {
      if (!(s > 0)) {
        throw new IllegalArgumentException(
            "Cannot normalise: a deviation must be positive (" + s + ")");
      }
    }
    return new Normalization(mean.clone(), std.clone());
  }

  /** Returns the usual normalisation for images of 1 or 3 channels: MNIST's or ImageNet's. */
  public static Normalization usual(int channels) {
    return switch (channels) {
      case 1 -> MNIST;
      case 3 -> IMAGENET;
      default ->
          throw new IllegalArgumentException(
              "Cannot choose a normalisation: channels must be 1 or 3 (" + channels + ")");
    };
  }

  /** Returns the number of channels. */
  public int channels() {
    return mean.length;
  }

  /** Returns the mean of each channel, on the scale 0 to 1. */
  public float[] mean() {
    return mean.clone();
  }

  /** Returns the deviation of each channel, on the scale 0 to 1. */
  public float[] std() {
    return std.clone();
  }

  /** Writes the normalised floats of interleaved unsigned bytes. */
  void apply(byte[] pixels, float[] out, int offset) {
    int channels = table.length;
    if (channels == 1) {
      float[] only = table[0];
      for (int i = 0; i < pixels.length; i++) {
        out[offset + i] = only[pixels[i] & 0xff];
      }
      return;
    }
    for (int c = 0; c < channels; c++) {
      float[] values = table[c];
      for (int i = c; i < pixels.length; i += channels) {
        out[offset + i] = values[pixels[i] & 0xff];
      }
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Normalization that
        && Arrays.equals(mean, that.mean)
        && Arrays.equals(std, that.std);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(mean) + Arrays.hashCode(std);
  }

  @Override
  public String toString() {
    return "mean " + Arrays.toString(mean) + ", std " + Arrays.toString(std);
  }
}
