package org.espalier.jobs.config;

import java.util.OptionalInt;

/**
 * How many images are used, where not all are.
 *
 * @param train number of training images, at least 1; empty for all
 * @param test number of test images, at least 1; empty for all
 */
public record LimitConfig(OptionalInt train, OptionalInt test) {

  static LimitConfig from(Section section) {
    return new LimitConfig(section.optionalWhole("train", 1), section.optionalWhole("test", 1));
  }
}
