package org.espalier.jobs;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.apache.hadoop.conf.Configuration;
import org.espalier.data.HoldOut;
import org.espalier.data.ImageShape;
import org.espalier.data.ImageSlice;
import org.espalier.data.LabeledImage;
import org.espalier.data.batch.Batch;
import org.espalier.data.batch.BatchPlan;
import org.espalier.data.batch.Epoch;
import org.espalier.jobs.config.DataConfig;
import org.nd4j.linalg.dataset.DataSet;

/** Some of a job's training images, read on the driver. */
final class Samples {
  /** Places in the set from which images are taken. */
  private static final int PLACES = 32;

  /** The most pixels of a batch whose activations are kept, and the most images. */
  private static final int PIXELS = 1 << 15;

  private static final int LARGEST = 32;

  private Samples() {}

  /**
   * Returns batches of images without augmentation, from places spread over the set, so that sets
   * in the order of their classes give all classes.
   *
   * @param count how many images; all where there are no more
   * @param batch images a batch
   */
  static List<Batch> spread(
      Images train, DataConfig data, int count, int batch, Configuration hadoop)
      throws IOException {
    List<LabeledImage> images = new ArrayList<>();
    int each = Math.max(1, count / PLACES);
    List<ImageSlice> slices =
        train.set().slices(Math.toIntExact(Math.max(1, train.set().size() / each)));
    int places = Math.min(slices.size(), (count + each - 1) / each);
    for (int place = 0; place < places; place++) {
      ImageSlice slice = slices.get((int) ((long) place * slices.size() / places));
      images.addAll(slice.read(hadoop).images());
    }
    return batches(images.subList(0, Math.min(count, images.size())), train, data, batch);
  }

  /**
   * Draws images at random; which ones depends on the set, their number and the seed alone.
   *
   * @param count how many, at least 1; all where there are no more
   */
  static Images drawn(Images train, int count, long seed) {
    return count >= train.set().size()
        ? train
        : new Images(HoldOut.of(train.set(), count, seed).heldOut(), train.available());
  }

  /** Reads images, without augmentation, with one-hot labels, into batches of nearly one size. */
  static List<DataSet> batches(Images images, DataConfig data, Configuration hadoop) {
    List<DataSet> batches = new ArrayList<>();
    new LocalBatches(
            images,
            images.evaluation(data),
            batch(images.set().shape()),
            hadoop,
            UnaryOperator.identity())
        .forEach(batches::add);
    return batches;
  }

  /**
   * Returns how many images of a shape make a batch of which all that a network computes on the way
   * can be kept.
   */
  static int batch(ImageShape shape) {
    return Math.max(1, Math.min(LARGEST, PIXELS / (shape.height() * shape.width())));
  }

  /** Returns batches of the first images of the set, without augmentation. */
  static List<Batch> first(
      Images train, DataConfig data, int count, int batch, Configuration hadoop)
      throws IOException {
    return batches(
        train.set().first(count).slices(1).get(0).read(hadoop).images(), train, data, batch);
  }

  private static List<Batch> batches(
      List<LabeledImage> images, Images train, DataConfig data, int size) {
    Epoch epoch = new Epoch(images, train.evaluation(data), BatchPlan.inOrder(size));
    List<Batch> batches = new ArrayList<>();
    for (int k = 0; k < epoch.size(); k++) {
      batches.add(epoch.batch(k));
    }
    return batches;
  }
}
