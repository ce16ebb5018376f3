package org.espalier.spark.collective;

/**
 * Which elements a rank sends and receives in which step of an operation.
 *
 * <p>The elements are cut into one segment a rank. In step s of a sum, rank r sends segment r - s
 * and receives segment r - s - 1 (both modulo the number of ranks): for the first ranks - 1 steps
 * it adds what it receives, and so ends up owning the sum of segment r + 1; for as many steps more
 * it stores what it receives, the finished segments. What a rank sends in a step is what it
 * received in the step before, so that a step's transfer may start before the step before it ends.
 *
 * <p>Source: P. Patarasuk and X. Yuan, Bandwidth optimal all-reduce algorithms for clusters of
 * workstations, Journal of Parallel and Distributed Computing 69(2), 2009.
 */
final class Schedule {
  private final int rank;
  private final int ranks;
  private final int elements;
  private final int sends;
  private final int receives;
  private final int adds;
  private final boolean whole;

  private Schedule(
      int rank, int ranks, int elements, int sends, int receives, int adds, boolean whole) {
    this.rank = rank;
    this.ranks = ranks;
    this.elements = elements;
    this.sends = sends;
    this.receives = receives;
    this.adds = adds;
    this.whole = whole;
  }

  /** Returns the schedule of a sum: reduce-scatter, then all-gather. */
  static Schedule sum(int rank, int ranks, int elements) {
    int steps = 2 * (ranks - 1);
    return new Schedule(rank, ranks, elements, steps, steps, ranks - 1, false);
  }

  /** Returns the schedule by which all ranks come to hold every rank's segment. */
  static Schedule gather(int rank, int ranks, int elements) {
    return new Schedule(rank, ranks, elements, ranks - 1, ranks - 1, 0, false);
  }

  /** Returns the schedule by which all elements go from rank 0 down the ring to the last rank. */
  static Schedule broadcast(int rank, int ranks, int elements) {
    int sends = rank == ranks - 1 ? 0 : 1;
    return new Schedule(rank, ranks, elements, sends, rank == 0 ? 0 : 1, 0, true);
  }

  /** Returns the number of elements. */
  int elements() {
    return elements;
  }

  /** Returns the number of steps in which this rank sends. */
  int sends() {
    return sends;
  }

  /** Returns the number of steps in which this rank receives. */
  int receives() {
    return receives;
  }

  /** Tells whether what comes in a step is added to what is there. */
  boolean adds(int step) {
    return step < adds;
  }

  /** Tells whether the segment that is sent in a step is the first finished one, this rank's. */
  boolean sendsOwnSum(int step) {
    return adds > 0 && step == adds;
  }

  /** Returns the receiving step whose elements are sent in a step, or -1 if they are there. */
  int source(int sendStep) {
    if (whole) {
      return rank == 0 ? -1 : sendStep;
    }
    return sendStep - 1;
  }

  /** Returns the first element that is sent in a step. */
  int sendFrom(int step) {
    return whole ? 0 : start(segment(step));
  }

  /** Returns the element after the last that is sent in a step. */
  int sendTo(int step) {
    return whole ? elements : start(segment(step) + 1);
  }

  /** Returns the first element that is received in a step. */
  int receiveFrom(int step) {
    return whole ? 0 : start(segment(step + 1));
  }

  /** Returns the element after the last that is received in a step. */
  int receiveTo(int step) {
    return whole ? elements : start(segment(step + 1) + 1);
  }

  private int segment(int back) {
    return Math.floorMod(rank - back, ranks);
  }

  private int start(int segment) {
    return (int) ((long) elements * segment / ranks);
  }
}
