package org.espalier.spark.training;

import java.util.SplittableRandom;
import org.espalier.data.RandomStreams;

/**
 * Deals images out to shards at random, as evenly as can be.
 *
 * <p>Files are often sorted by class; a worker that sees few classes trains badly. The deal depends
 * on the number of images, the number of shards and the seed alone.
 */
final class Deal {
  private final int[] places;
  private final int shards;

  Deal(int images, int shards, long seed) {
    this.shards = shards;
    this.places = new int[images];
    SplittableRandom random = RandomStreams.of(seed, "deal", shards);
    for (int i = 0; i < images; i++) {
      int j = random.nextInt(i + 1);
      places[i] = places[j];
      places[j] = i;
    }
  }

  /** Returns the shard that the image of a rank goes to. */
  int shard(int rank) {
    return places[rank] % shards;
  }
}
