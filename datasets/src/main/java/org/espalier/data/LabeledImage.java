package org.espalier.data;

import java.io.Serializable;
import java.util.Arrays;

/**
 * One image with its class.
 *
 * <p>Equality compares the pixels' values. The array is shared, not copied: whoever holds an image
 * must not write to it.
 *
 * @param pixels unsigned bytes, rows from the top, channels interleaved (one row of an NHWC batch);
 *     {@code height * width * channels} of them
 * @param height rows of pixels
 * @param width columns of pixels
 * @param channels 1 for grey, 3 for red, green, blue
 * @param label the class, counted from 0
 * @param index the image's position in the whole set, counted from 0
 */
@SuppressWarnings("ArrayRecordComponent") // one copy of every pixel of a data set is enough
public record LabeledImage(
    byte[] pixels, int height, int width, int channels, int label, long index)
    implements Serializable {

  /** Checks that the pixels fill the shape. */
  public LabeledImage {
    if (pixels.length != height * width * channels) {
      throw new IllegalArgumentException(
          String.format(
              "Cannot make an image: %d bytes do not fill %dx%dx%d",
              pixels.length, height, width, channels));
    }
  }

  /** Returns height, width and channels. */
  public ImageShape shape() {
    return new ImageShape(height, width, channels);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof LabeledImage that
        && index == that.index
        && label == that.label
        && shape().equals(that.shape())
        && Arrays.equals(pixels, that.pixels);
  }

  @Override
  public int hashCode() {
    return 31 * Long.hashCode(index) + Arrays.hashCode(pixels);
  }

  @Override
  public String toString() {
    return "image " + index + " (" + shape() + ", label " + label + ")";
  }
}
