package org.espalier.spark.training;

import java.io.Serializable;
import org.espalier.compress.BatchAdapter;
import org.espalier.data.batch.BatchPlan;
import org.espalier.data.transform.ImagePipeline;
import org.espalier.nn.fused.Precision;

/**
 * What a stage of training does with its images.
 *
 * @param stage the stage's name, for messages and random streams, for example {@code fine-tune}
 * @param epochs passes over the images, at least 0, counted from the network's epoch 0
 * @param batch images in a worker's batch, at least 1
 * @param seed the seed of order, augmentation and whatever the adapter draws
 * @param pipeline what makes floats of an image
 * @param adapter what makes a network's input of a batch
 * @param classes the number of classes, at least 2
 * @param shuffle whether each epoch has a random order of its own or that of the shard
 * @param precision what workers compute with; any but float32 needs a network that can be compiled
 */
public record TrainingPlan(
    String stage,
    int epochs,
    int batch,
    long seed,
    ImagePipeline pipeline,
    BatchAdapter adapter,
    int classes,
    boolean shuffle,
    Precision precision)
    implements Serializable {

  /** Checks every range. */
  public TrainingPlan {
    check(!stage.isBlank(), "the stage must have a name", stage);
    check(epochs >= 0, "epochs must not be negative", epochs);
    check(batch >= 1, "the batch must be at least 1", batch);
    check(classes >= 2, "classes must be at least 2", classes);
  }

  /** Returns a plan of plain, shuffled batches, in float32. */
  public static TrainingPlan of(
      String stage, int epochs, int batch, long seed, ImagePipeline pipeline, int classes) {
    return new TrainingPlan(
        stage,
        epochs,
        batch,
        seed,
        pipeline,
        BatchAdapter.plain(),
        classes,
        true,
        Precision.FLOAT32);
  }

  /** Returns the same plan with other batches. */
  public TrainingPlan withAdapter(BatchAdapter other) {
    return new TrainingPlan(
        stage, epochs, batch, seed, pipeline, other, classes, shuffle, precision);
  }

  /** Returns the same plan with the images in the shards' order. */
  public TrainingPlan inOrder() {
    return new TrainingPlan(
        stage, epochs, batch, seed, pipeline, adapter, classes, false, precision);
  }

  /** Returns the same plan in another precision. */
  public TrainingPlan withPrecision(Precision other) {
    return new TrainingPlan(stage, epochs, batch, seed, pipeline, adapter, classes, shuffle, other);
  }

  /**
   * Returns the number of steps that a shard has in an epoch.
   *
   * <p>A last batch of a single image is left out, unless batches are of one image: batch
   * normalisation has nothing to normalise there.
   */
  int steps(int images) {
    int steps = batches(0, 0).count(images);
    return batch > 1 && images % batch == 1 ? steps - 1 : steps;
  }

  /**
   * Returns the number of steps that the largest shard has in an epoch.
   *
   * @throws IllegalArgumentException when no shard has enough images for a step
   */
  int steps(Shards shards) {
    int steps = shards.sizes().stream().mapToInt(this::steps).max().orElse(0);
    if (steps == 0) {
      throw new IllegalArgumentException(
          String.format(
              "Cannot train %s: no shard has enough images for a step (%d images in %d shards)",
              stage, shards.images(), shards.partitions()));
    }
    return steps;
  }

  /** Returns the number of images on which all shards together are trained in an epoch. */
  long images(Shards shards) {
    return shards.sizes().stream()
        .mapToLong(size -> Math.min(size, (long) steps(size) * batch))
        .sum();
  }

  /** Returns the batches of a shard in an epoch. */
  BatchPlan batches(int epoch, int shard) {
    return new BatchPlan(batch, seed, epoch, shard, shuffle, false, 0);
  }

  private static void check(boolean holds, String reason, Object value) {
    if (!holds) {
      throw new IllegalArgumentException("Cannot plan training: " + reason + " (" + value + ")");
    }
  }
}
