package org.espalier.spark.training;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.espalier.spark.collective.RingAllReduce;

/** Compares, every so many steps, the parameters of all ranks, which must have the same bits. */
final class ReplicaCheck {
  private final RingAllReduce ring;
  private final ByteBuffer parameters;
  private final int steps;

  /**
   * Makes a check.
   *
   * @param parameters the memory of a rank's parameters
   * @param steps after how many steps they are compared; 0 for never
   */
  ReplicaCheck(RingAllReduce ring, ByteBuffer parameters, int steps) {
    this.ring = ring;
    this.parameters = parameters;
    this.steps = steps;
  }

  /** Compares after a step, if it is time to; returns what is wrong, a sentence. */
  Optional<String> after(int step) {
    if (steps == 0 || ring.ranks() == 1 || (step + 1) % steps != 0) {
      return Optional.empty();
    }
    double[] hashes = new double[ring.ranks()];
    hashes[ring.rank()] = hash(parameters);
    double[] all = ring.sum(hashes); // every place has one rank's number: the sum is exact
    for (int rank = 1; rank < all.length; rank++) {
      if (all[rank] != all[0]) {
        return Optional.of(differ(0, rank) + " after step " + step);
      }
    }
    return Optional.empty();
  }

  /** Says that two ranks' networks differ. */
  static String differ(int one, int other) {
    return String.format(
        "Cannot go on: the networks of ranks %d and %d differ, which must not be", one, other);
  }

  /** Returns a number, below 2^32, that bytes with another content are unlikely to have. */
  static long hash(ByteBuffer bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes.duplicate());
    return crc.getValue();
  }
}
