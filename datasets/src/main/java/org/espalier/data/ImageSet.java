package org.espalier.data;

import java.util.List;
import java.util.stream.IntStream;

/**
 * A part of a data set, opened and checked, its images not yet in memory.
 *
 * <p>An image set lives on the driver. What travels is its slices.
 */
public interface ImageSet {

  /** Returns the format's name, for example {@code cifar10}. */
  String name();

  /** Returns the shape that every image of the set has. */
  ImageShape shape();

  /** Returns the classes' names; an image's label is a position in this list. */
  List<String> classNames();

  /** Returns the number of images, those that were found corrupt on opening left out. */
  long size();

  /**
   * Cuts the set into slices, contiguous by index and in its order.
   *
   * <p>Every image is in exactly one slice; the slices' sizes differ by at most one. Where {@code
   * count} exceeds the set's size, the slices too many are empty.
   *
   * @param count the number of slices, at least 1
   */
  List<ImageSlice> slices(int count);

  /** Returns what was left out on opening; records found corrupt on reading are not in it. */
  CorruptRecords corruptRecords();

  /**
   * Returns the first images of the set, or the set where it has no more.
   *
   * @param count how many, at least 1
   */
  default ImageSet first(long count) {
    if (count < 1) {
      throw new IllegalArgumentException(
          "Cannot limit a data set: the number of images must be at least 1 (" + count + ")");
    }
    return count >= size()
        ? this
        : new SelectedImages(this, IntStream.range(0, Math.toIntExact(count)).toArray());
  }
}
