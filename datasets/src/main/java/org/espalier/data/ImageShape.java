package org.espalier.data;

import java.io.Serializable;

/**
 * The extent of every image of a set.
 *
 * @param height rows of pixels, at least 1
 * @param width columns of pixels, at least 1
 * @param channels values per pixel, at least 1
 */
public record ImageShape(int height, int width, int channels) implements Serializable {

  /** Checks that every extent is positive. */
  public ImageShape {
    if (height < 1 || width < 1 || channels < 1) {
      throw new IllegalArgumentException(
          String.format(
              "Cannot make an image shape: extents must be positive (%dx%dx%d)",
              height, width, channels));
    }
  }

  /** Returns the number of values of an image. */
  public int size() {
    return height * width * channels;
  }

  @Override
  public String toString() {
    return height + "x" + width + "x" + channels;
  }
}
