package org.espalier.jobs.benchmark.scaling;

/**
 * What communication costs between machines that have a link each, full duplex, and nobody else's
 * traffic. All times are in seconds.
 *
 * @param bytesPerSecond what a link carries each way, above 0
 * @param latency from one machine to another, at least 0
 */
record NetworkModel(double bytesPerSecond, double latency) {
  /** The blocks in which Spark's broadcasts travel, in bytes. */
  static final double BLOCK = 4 << 20;

  /** A request and its answer. */
  private static final int ROUND_TRIP = 2;

  NetworkModel {
    if (!(bytesPerSecond > 0) || !(latency >= 0)) {
      throw new IllegalArgumentException(
          String.format(
              "Cannot model a network: it must carry something, in no negative time (%s bytes/s,"
                  + " %s s)",
              bytesPerSecond, latency));
    }
  }

  /**
   * Returns the time of an all-reduce along a ring: 2(N-1) exchanges of an N-th of the bytes.
   *
   * <p>See: Patarasuk and Yuan, Bandwidth optimal all-reduce algorithms for clusters of
   * workstations (2009).
   */
  double ringAllReduce(int executors, double bytes) {
    double exchanges = 2.0 * (executors - 1);
    return exchanges / executors * bytes / bytesPerSecond + exchanges * latency;
  }

  /**
   * Returns the time of a broadcast from the driver: blocks go down a binary tree, one behind the
   * other, each on request.
   */
  double broadcast(int executors, double bytes) {
    double blocks = Math.ceil(bytes / BLOCK);
    int levels = 32 - Integer.numberOfLeadingZeros(executors);
    double block = Math.min(bytes, BLOCK) / bytesPerSecond + ROUND_TRIP * latency;
    return (blocks + levels - 1) * block;
  }

  /**
   * Returns the time in which copies reach the driver, added up in between where there are many: a
   * receiver's link carries its copies one behind the other.
   */
  double aggregation(int executors, double bytes) {
    int width = treeWidth(executors);
    int groups = (executors + width - 1) / width;
    double copy = bytes / bytesPerSecond;
    if (groups + width >= executors) {
      return executors * copy + ROUND_TRIP * latency;
    }
    return (width + groups) * copy + 2 * ROUND_TRIP * latency;
  }

  /** Returns how many copies come together before the driver, as the trainer has it: about √N. */
  private static int treeWidth(int executors) {
    int width = Math.max(2, (int) Math.ceil(Math.sqrt(executors)));
    return 1 << (32 - Integer.numberOfLeadingZeros(width - 1));
  }
}
