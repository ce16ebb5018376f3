package org.espalier.jobs;

import java.util.Optional;
import java.util.OptionalInt;
import org.espalier.data.HoldOut;
import org.espalier.jobs.config.InvalidConfigException;

/**
 * The training images of a job.
 *
 * @param train those that the job trains on
 * @param heldOut those by which it chooses among networks, where it does; never trained on
 */
record TrainingImages(Images train, Optional<Images> heldOut) {

  /**
   * Holds images out.
   *
   * @param count how many; empty for none
   * @throws InvalidConfigException where none would be left to train on
   */
  static TrainingImages of(Images images, OptionalInt count, long seed) {
    if (count.isEmpty()) {
      return new TrainingImages(images, Optional.empty());
    }
    if (count.getAsInt() >= images.set().size()) {
      throw new InvalidConfigException(
          String.format(
              "abc.heldOut must be less than the %d training images: %d",
              images.set().size(), count.getAsInt()));
    }
    HoldOut parts = HoldOut.of(images.set(), count.getAsInt(), seed);
    return new TrainingImages(
        new Images(parts.rest(), images.available()),
        Optional.of(new Images(parts.heldOut(), images.available())));
  }
}
