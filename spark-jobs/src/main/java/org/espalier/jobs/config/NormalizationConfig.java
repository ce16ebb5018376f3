package org.espalier.jobs.config;

import java.util.List;

/**
 * What is taken from a pixel, and by what it is divided, channel by channel, on the scale 0 to 1.
 *
 * @param name a data set whose constants are meant: one of {@link #NAMES}
 * @param mean takes the place of the named constants, one number a channel; empty when not given
 * @param std takes the place of the named constants, as many numbers, above 0; empty when not given
 */
public record NormalizationConfig(String name, List<Double> mean, List<Double> std) {
  /** The names; {@code auto} means the data's own format. */
  public static final List<String> NAMES =
      List.of("auto", "cifar10", "cifar100", "mnist", "imagenet", "none");

  /** Copies the lists. */
  public NormalizationConfig {
    mean = List.copyOf(mean);
    std = List.copyOf(std);
  }

  static NormalizationConfig from(Section section) {
    String name = section.oneOf("name", NAMES);
    if (section.isNull("mean") != section.isNull("std")) {
      String missing = section.isNull("mean") ? "mean" : "std";
      throw section.error(missing, "must be given together with the other of mean and std");
    }
    if (section.isNull("mean")) {
      return new NormalizationConfig(name, List.of(), List.of());
    }
    List<Double> mean = section.numbers("mean", Interval.atLeast(-Double.MAX_VALUE));
    List<Double> std = section.numbers("std", Interval.above(0));
    if (mean.size() != std.size()) {
      throw section.error("std", "must have as many numbers as mean (" + mean.size() + ")");
    }
    return new NormalizationConfig(name, mean, std);
  }
}
