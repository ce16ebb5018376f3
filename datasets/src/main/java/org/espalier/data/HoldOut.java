package org.espalier.data;

import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * A set in two parts that share no image: one to train on, one to judge by what was trained.
 *
 * @param rest the images that are left, in the set's order
 * @param heldOut the images held out, in the set's order
 */
public record HoldOut(ImageSet rest, ImageSet heldOut) {

  /**
   * Holds images out, drawn at random; which ones depends on the set's size, their number and the
   * seed alone.
   *
   * @param images how many are held out, at least 1, and fewer than there are
   */
  public static HoldOut of(ImageSet set, long images, long seed) {
    if (images < 1 || images >= set.size()) {
      throw new IllegalArgumentException(
          "Cannot hold images out: there must be at least 1, and fewer than the %d that there are (%d)"
              .formatted(set.size(), images));
    }
    int size = Math.toIntExact(set.size());
    boolean[] held = new boolean[size];
    SplittableRandom random = RandomStreams.of(seed, "hold out", images);
    // Floyd's sampling: each set of so many ranks is as likely as any other.
    for (int last = size - Math.toIntExact(images); last < size; last++) {
      int drawn = random.nextInt(last + 1);
      held[held[drawn] ? last : drawn] = true;
    }
    return new HoldOut(
        new SelectedImages(set, IntStream.range(0, size).filter(rank -> !held[rank]).toArray()),
        new SelectedImages(set, IntStream.range(0, size).filter(rank -> held[rank]).toArray()));
  }
}
