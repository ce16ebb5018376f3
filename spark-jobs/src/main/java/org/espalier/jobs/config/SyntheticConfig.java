package org.espalier.jobs.config;

import java.util.List;

/**
 * Images drawn by code.
 *
 * @param seed the images' own seed
 * @param train number of training images, at least 1
 * @param test number of test images, at least 1
 * @param classes number of classes, 2 to 100
 * @param height rows of pixels, at least 16
 * @param width columns of pixels, at least 16
 * @param channels 1 or 3
 * @param difficulty 0 (easy) to 4 (hard)
 */
public record SyntheticConfig(
    long seed,
    int train,
    int test,
    int classes,
    int height,
    int width,
    int channels,
    double difficulty) {

  static SyntheticConfig from(Section section) {
    int classes = section.whole("classes", 2);
    if (classes > 100) {
      throw section.error("classes", "must be a whole number of at most 100");
    }
    return new SyntheticConfig(
        section.seed("seed"),
        section.whole("train", 1),
        section.whole("test", 1),
        classes,
        section.whole("height", 16),
        section.whole("width", 16),
        Integer.parseInt(section.oneOf("channels", List.of("1", "3"))),
        section.number("difficulty", Interval.closed(0, 4)));
  }
}
