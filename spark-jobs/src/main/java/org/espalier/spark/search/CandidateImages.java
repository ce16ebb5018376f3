package org.espalier.spark.search;

import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.espalier.data.CorruptRecords;
import org.espalier.data.ImageSet;
import org.espalier.data.ImageShape;
import org.espalier.data.ImageSlice;
import org.espalier.data.LabeledImage;
import org.espalier.spark.training.ImageShard;

/**
 * The images that candidates are trained and judged on, which every executor holds whole: at most 2
 * GiB of each.
 *
 * <p>Both come from the training images. What a search has seen is no test of its winner.
 */
public final class CandidateImages implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Slices, so that what is read at a time is small. */
  private static final int SLICES = 16;

  private final ImageShard training;
  private final ImageShard heldOut;
  private final int classes;

  private CandidateImages(ImageShard training, ImageShard heldOut, int classes) {
    this.training = training;
    this.heldOut = heldOut;
    this.classes = classes;
  }

  /**
   * Takes images as they are.
   *
   * @param training those to train on and to recalibrate with, at least 2
   * @param heldOut those to judge by, at least one
   * @param classes the number of classes, at least 2
   */
  public static CandidateImages of(
      List<LabeledImage> training, List<LabeledImage> heldOut, int classes) {
    require(training.size() >= 2, "at least 2 must be there to train on", training.size());
    require(!heldOut.isEmpty(), "at least one must be there to judge by", heldOut.size());
    require(classes >= 2, "there must be at least 2 classes", classes);
    return new CandidateImages(packed(0, training), packed(1, heldOut), classes);
  }

  /**
   * Reads two sets on the driver.
   *
   * @param training as above
   * @param heldOut as above, such as {@link org.espalier.data.HoldOut} draws them
   */
  public static CandidateImages read(ImageSet training, ImageSet heldOut, Configuration hadoop)
      throws IOException {
    return of(all(training, hadoop), all(heldOut, hadoop), training.classNames().size());
  }

  private static List<LabeledImage> all(ImageSet set, Configuration hadoop) throws IOException {
    List<LabeledImage> images = new ArrayList<>();
    for (ImageSlice slice : set.slices(SLICES)) {
      images.addAll(slice.read(hadoop).images());
    }
    return images;
  }

  /** Returns the images to train on. */
  public ImageShard training() {
    return training;
  }

  /** Returns the images to judge by. */
  public ImageShard heldOut() {
    return heldOut;
  }

  /** Returns the number of classes. */
  public int classes() {
    return classes;
  }

  /** Returns some images of a shard, in its order: of each class the same share. */
  static ImageShard part(ImageShard shard, double share, long seed, String purpose) {
    List<LabeledImage> images = shard.images();
    boolean[] marks = ClassShare.of(images, share, seed, purpose);
    return packed(
        shard.id(),
        IntStream.range(0, marks.length).filter(i -> marks[i]).mapToObj(images::get).toList());
  }

  private static ImageShard packed(int id, List<LabeledImage> images) {
    ImageShape shape = images.get(0).shape();
    require(
        (long) images.size() * shape.size() <= Integer.MAX_VALUE - 8,
        "every executor holds them all, 2 GiB at most; use fewer or smaller images",
        images.size() + " of " + shape);
    return ImageShard.pack(id, shape, images, CorruptRecords.NONE);
  }

  private static void require(boolean holds, String reason, Object value) {
    if (!holds) {
      throw new IllegalArgumentException(
          "Cannot hold images for candidates: " + reason + " (" + value + ")");
    }
  }
}
