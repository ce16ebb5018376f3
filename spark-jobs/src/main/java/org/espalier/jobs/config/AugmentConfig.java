package org.espalier.jobs.config;

/**
 * Random changes to training images.
 *
 * @param pad zero pixels on each side before a random crop to the old size, at least 0
 * @param flip whether half of the images are mirrored left to right
 */
public record AugmentConfig(int pad, boolean flip) {

  static AugmentConfig from(Section section) {
    return new AugmentConfig(section.whole("pad", 0), section.flag("flip"));
  }
}
