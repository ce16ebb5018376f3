package org.espalier.data.batch;

import java.util.List;
import java.util.SplittableRandom;
import org.espalier.data.ImageShape;
import org.espalier.data.LabeledImage;
import org.espalier.data.RandomStreams;
import org.espalier.data.transform.ImagePipeline;

/**
 * The batches of one pass over images in memory, each computed when asked for.
 *
 * <p>Batch k holds the same floats whenever and however often it is asked for.
 */
public final class Epoch {
  private final List<LabeledImage> images;
  private final ImagePipeline pipeline;
  private final BatchPlan plan;
  private final ImageShape shape;
  private final int[] order;

  /**
   * Lays out an epoch.
   *
   * @param images the images, all of one shape; random access should be fast
   */
  public Epoch(List<LabeledImage> images, ImagePipeline pipeline, BatchPlan plan) {
    this.images = images;
    this.pipeline = pipeline;
    this.plan = plan;
    this.shape = images.isEmpty() ? null : images.get(0).shape();
    this.order = order(images.size(), plan);
  }

  /** Returns the number of batches, {@link BatchPlan#from} ignored. */
  public int size() {
    return plan.count(order.length);
  }

  /** Computes one batch. */
  public Batch batch(int number) {
    if (number < 0 || number >= size()) {
      throw new IndexOutOfBoundsException(
          "Cannot make a batch: there are " + size() + " (" + number + ")");
    }
    int start = number * plan.batchSize();
    int count = Math.min(plan.batchSize(), order.length - start);
    float[] features = new float[count * shape.size()];
    int[] labels = new int[count];
    long[] indices = new long[count];
    for (int i = 0; i < count; i++) {
      LabeledImage image = images.get(order[start + i]);
      if (!image.shape().equals(shape)) {
        throw new IllegalArgumentException(
            "Cannot make a batch: images must all be " + shape + " (" + image + ")");
      }
      pipeline.into(image, plan.seed(), plan.epoch(), features, i * shape.size());
      labels[i] = image.label();
      indices[i] = image.index();
    }
    return new Batch(features, labels, count, shape, indices);
  }

  private static int[] order(int size, BatchPlan plan) {
    int[] order = new int[size];
    for (int i = 0; i < size; i++) {
      order[i] = i;
    }
    if (plan.shuffle()) {
      SplittableRandom random =
          RandomStreams.of(plan.seed(), "shuffle", plan.epoch(), plan.shard());
      for (int i = size - 1; i > 0; i--) {
        int j = random.nextInt(i + 1);
        int swapped = order[i];
        order[i] = order[j];
        order[j] = swapped;
      }
    }
    return order;
  }
}
