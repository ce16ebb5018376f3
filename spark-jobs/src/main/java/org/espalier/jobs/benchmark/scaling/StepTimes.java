package org.espalier.jobs.benchmark.scaling;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/**
 * How long a worker computes, alone with its batches.
 *
 * @param firstStepMillis from no network to the end of its first training step
 * @param seconds of later steps, each with the making of its batch, at least one
 */
public record StepTimes(double firstStepMillis, List<Double> seconds) implements Serializable {

  /** Copies the times. */
  public StepTimes {
    seconds = List.copyOf(seconds);
    if (seconds.isEmpty()) {
      throw new IllegalArgumentException("Cannot keep the times of steps: there are none");
    }
  }

  /** Returns these and more, measured later; the latency is that of the slower first step. */
  public StepTimes plus(StepTimes later) {
    List<Double> all = new ArrayList<>(seconds);
    all.addAll(later.seconds);
    return new StepTimes(Math.max(firstStepMillis, later.firstStepMillis), all);
  }

  /** Returns the mean, in seconds. */
  public double mean() {
    return seconds.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
  }

  /** Returns the shortest, in seconds. */
  public double shortest() {
    return seconds.stream().mapToDouble(Double::doubleValue).min().orElseThrow();
  }

  /** Returns the longest, in seconds. */
  public double longest() {
    return seconds.stream().mapToDouble(Double::doubleValue).max().orElseThrow();
  }
}
