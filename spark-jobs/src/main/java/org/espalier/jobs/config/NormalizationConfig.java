package org.espalier.jobs.config;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.espalier.data.transform.Normalization;

/**
 * What is taken from a pixel, and by what it is divided, channel by channel, on the scale 0 to 1.
 *
 * @param name one of {@link #NAMES}, meant where no constants are given
 * @param constants given ones, which take the place of the named; empty for none
 */
public record NormalizationConfig(String name, Optional<Normalization> constants) {
  /** The names; {@code auto} is MNIST's for grey images and ImageNet's for coloured ones. */
  public static final List<String> NAMES = List.of("auto", "imagenet", "mnist", "none");

  static NormalizationConfig from(Section section) {
    String name = section.oneOf("name", NAMES);
    if (section.isNull("mean") != section.isNull("std")) {
      String missing = section.isNull("mean") ? "mean" : "std";
      throw section.error(missing, "must be given together with the other of mean and std");
    }
    if (section.isNull("mean")) {
      return new NormalizationConfig(name, Optional.empty());
    }
    float[] mean = floats(section.numbers("mean", Interval.closed(-1e3, 1e3)));
    float[] std = floats(section.numbers("std", Interval.above(0)));
    if (mean.length != std.length) {
      throw section.error("std", "must have as many numbers as mean (" + mean.length + ")");
    }
    return new NormalizationConfig(name, Optional.of(Normalization.of(mean, std)));
  }

  private static float[] floats(List<Double> numbers) {
    float[] floats = new float[numbers.size()];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = numbers.get(i).floatValue();
    }
    return floats;
  }

  /**
   * Returns the normalisation for images of so many channels.
   *
   * @throws InvalidConfigException when the one that is configured is for another number
   */
  public Normalization forChannels(int channels) {
    Normalization normalization = constants.orElseGet(() -> named(channels));
    if (normalization.channels() != channels) {
      throw new InvalidConfigException(
          String.format(
              "data.normalization must be for %d channels, as the images have: %d",
              channels, normalization.channels()));
    }
    return normalization;
  }

  private Normalization named(int channels) {
    return switch (name) {
      case "imagenet" -> Normalization.IMAGENET;
      case "mnist" -> Normalization.MNIST;
      case "none" -> Normalization.of(new float[channels], ones(channels));
      default -> Normalization.usual(channels);
    };
  }

  private static float[] ones(int channels) {
    float[] ones = new float[channels];
    Arrays.fill(ones, 1);
    return ones;
  }
}
