package org.espalier.spark.training;

import java.io.Serializable;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * What a rank has to say at the end of a segment; rank 0 says it for all, the others only how their
 * values hash.
 */
final class RankResult implements Serializable {
  private static final long serialVersionUID = 1L;

  private final int rank;
  private final float[] moving;
  private final float[] updaterState;
  private final long hash;
  private final int steps;
  private final long images;
  private final double lossSum;
  private final long judged;
  private final long right;
  private final String failure;

  private RankResult(
      int rank,
      float[] moving,
      float[] updaterState,
      long hash,
      int steps,
      long images,
      double lossSum,
      long judged,
      long right,
      String failure) {
    this.rank = rank;
    this.moving = moving;
    this.updaterState = updaterState;
    this.hash = hash;
    this.steps = steps;
    this.images = images;
    this.lossSum = lossSum;
    this.judged = judged;
    this.right = right;
    this.failure = failure;
  }

  static RankResult failed(int rank, String sentence) {
    return new RankResult(rank, null, null, 0, 0, 0, 0, 0, 0, sentence);
  }

  static RankResult of(int rank, float[] moving, float[] updaterState, EpochSums sums) {
    boolean first = rank == 0;
    return new RankResult(
        rank,
        first ? moving : null,
        first ? updaterState : null,
        31 * hash(moving) + hash(updaterState),
        sums.steps(),
        sums.images(),
        sums.lossSum(),
        sums.judged(),
        sums.right(),
        null);
  }

  private static long hash(float[] values) {
    ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES);
    bytes.asFloatBuffer().put(values);
    return ReplicaCheck.hash(bytes);
  }

  /** Returns why training cannot go on, or null. */
  String failure() {
    return failure;
  }

  /**
   * Makes of what all ranks say what one would.
   *
   * @param ranks in their order
   * @throws TrainingException when training cannot go on, or the ranks' networks differ
   */
  static WorkerResult together(List<RankResult> ranks) {
    long images = 0;
    double lossSum = 0;
    long judged = 0;
    long right = 0;
    RankResult first = ranks.get(0);
    for (RankResult result : ranks) {
      if (result.failure != null) {
        throw new TrainingException(result.failure);
      }
      if (result.hash != first.hash) {
        throw new TrainingException(ReplicaCheck.differ(first.rank, result.rank));
      }
      images += result.images;
      lossSum += result.lossSum;
      judged += result.judged;
      right += result.right;
    }
    return WorkerResult.of(
        first.moving, first.updaterState, first.steps, images, lossSum, judged, right);
  }
}
