package org.espalier.spark.collective;

import java.time.Duration;

/**
 * How long a ring waits, and in which portions it works.
 *
 * @param connectTimeout longest time that connecting to both neighbours may take
 * @param transferTimeout longest time within an operation in which not one byte comes or goes; it
 *     must cover the slowest rank's computation between two operations
 * @param chunkBytes bytes that are received before they are added and sent on; at least 1024. All
 *     ranks may differ in it
 */
public record RingSettings(Duration connectTimeout, Duration transferTimeout, int chunkBytes) {
  private static final int SMALLEST_CHUNK = 1024;

  /** Checks the settings. */
  public RingSettings {
    requirePositive("connect timeout", connectTimeout);
    requirePositive("transfer timeout", transferTimeout);
    if (chunkBytes < SMALLEST_CHUNK) {
      throw new IllegalArgumentException(
          "Cannot connect: chunks must be of 1024 bytes or more (" + chunkBytes + ")");
    }
  }

  /** Returns one minute to connect, two minutes of silence, and chunks of 256 KiB. */
  public static RingSettings defaults() {
    return new RingSettings(Duration.ofMinutes(1), Duration.ofMinutes(2), 256 << 10);
  }

  /** Returns these settings with one time for both connecting and transfers. */
  public RingSettings withTimeout(Duration timeout) {
    return new RingSettings(timeout, timeout, chunkBytes);
  }

  /** Returns these settings with another portion, in bytes. */
  public RingSettings withChunkBytes(int bytes) {
    return new RingSettings(connectTimeout, transferTimeout, bytes);
  }

  private static void requirePositive(String name, Duration duration) {
    if (duration.isNegative() || duration.isZero()) {
      throw new IllegalArgumentException(
          "Cannot connect: " + name + " must be positive (" + duration + ")");
    }
  }
}
