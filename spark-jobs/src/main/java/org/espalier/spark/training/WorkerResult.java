package org.espalier.spark.training;

import java.io.Serializable;
import org.espalier.nn.ParameterAverage;
import org.espalier.nn.ParameterLayout;

/** What one worker, or several together, did in a segment. */
final class WorkerResult implements Serializable {
  private static final long serialVersionUID = 1L;

  private final ParameterAverage parameters;
  private final ParameterAverage updaterState;
  private final int steps;
  private final double lossSum;
  private final long judged;
  private final long right;
  private final String failure;

  private WorkerResult(
      ParameterAverage parameters,
      ParameterAverage updaterState,
      int steps,
      double lossSum,
      long judged,
      long right,
      String failure) {
    this.parameters = parameters;
    this.updaterState = updaterState;
    this.steps = steps;
    this.lossSum = lossSum;
    this.judged = judged;
    this.right = right;
    this.failure = failure;
  }

  /** Returns the result of a worker whose data had run out. */
  static WorkerResult idle() {
    return new WorkerResult(ParameterAverage.none(), ParameterAverage.none(), 0, 0, 0, 0, null);
  }

  /** Returns the result of a worker that cannot go on; it is reported, not retried. */
  static WorkerResult failed(String sentence) {
    return new WorkerResult(ParameterAverage.none(), ParameterAverage.none(), 0, 0, 0, 0, sentence);
  }

  /** Returns a worker's result. */
  static WorkerResult of(
      float[] parameters,
      float[] updaterState,
      int steps,
      long images,
      double lossSum,
      long judged,
      long right) {
    return new WorkerResult(
        ParameterAverage.of(images, parameters),
        ParameterAverage.of(images, updaterState),
        steps,
        lossSum,
        judged,
        right,
        null);
  }

  /** Combines two results; neither is of use afterwards. */
  WorkerResult plus(WorkerResult other, ParameterLayout layout, ParameterLayout updaterLayout) {
    return new WorkerResult(
        parameters.plus(other.parameters, layout),
        updaterState.plus(other.updaterState, updaterLayout),
        Math.max(steps, other.steps),
        lossSum + other.lossSum,
        judged + other.judged,
        right + other.right,
        failure != null ? failure : other.failure);
  }

  ParameterAverage parameters() {
    return parameters;
  }

  ParameterAverage updaterState() {
    return updaterState;
  }

  /** Returns the steps of the worker that took most. */
  int steps() {
    return steps;
  }

  /** Returns the sum of losses, each times its batch's images. */
  double lossSum() {
    return lossSum;
  }

  /** Returns the images whose prediction was judged. */
  long judged() {
    return judged;
  }

  /** Returns how many of those were right. */
  long right() {
    return right;
  }

  /** Returns why the first worker that failed did, or null. */
  String failure() {
    return failure;
  }
}
