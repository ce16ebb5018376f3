package org.espalier.jobs.benchmark.scaling;

import java.util.List;
import java.util.SplittableRandom;
import org.espalier.data.RandomStreams;

/**
 * How long steps take on a cluster that is not there: computation is drawn from measured steps,
 * communication follows from a model of the network.
 *
 * <p>Every executor draws each of its steps from the measured ones, with replacement; all wait for
 * the slowest where they meet. What is drawn depends on the seed and the number of executors alone.
 */
final class SimulatedCluster {
  private final double[] measured;
  private final double overhead;
  private final NetworkModel network;
  private final long seed;
  private final int steps;

  /**
   * Describes one.
   *
   * @param measured seconds of single steps of one executor, at least one
   * @param overhead seconds a step that are neither computation nor the network's, at least 0
   * @param network what communication costs
   * @param seed of what is drawn
   * @param steps how many are drawn, at least 1
   */
  SimulatedCluster(
      List<Double> measured, double overhead, NetworkModel network, long seed, int steps) {
    if (measured.isEmpty() || steps < 1 || !(overhead >= 0)) {
      throw new IllegalArgumentException(
          String.format(
              "Cannot simulate: there must be measured steps, steps to draw, and no negative"
                  + " overhead (%d, %d, %s s)",
              measured.size(), steps, overhead));
    }
    this.measured = measured.stream().mapToDouble(Double::doubleValue).toArray();
    this.overhead = overhead;
    this.network = network;
    this.seed = seed;
    this.steps = steps;
  }

  /**
   * A step on average.
   *
   * @param executors how many
   * @param secondsPerStep all together
   * @param waiting of it, what the slowest takes longer than the average
   * @param communication of it, what the network takes and no computation hides
   */
  record Step(int executors, double secondsPerStep, double waiting, double communication) {}

  /**
   * Simulates an all-reduce in every step.
   *
   * @param bytes of the gradients
   * @param overlap share of the exchange that passes while others are computed, in [0, 1]
   */
  Step allReduce(int executors, double bytes, double overlap) {
    double exchange = network.ringAllReduce(executors, bytes);
    return simulate(executors, 1, compute -> exchange - Math.min(overlap * exchange, compute));
  }

  /**
   * Simulates averaging at intervals.
   *
   * @param bytes of what is averaged, parameters and updater state
   * @param interval steps between two combinations, at least 1
   */
  Step averaging(int executors, double bytes, int interval) {
    double combination =
        network.broadcast(executors, bytes) + network.aggregation(executors, bytes);
    return simulate(executors, interval, compute -> combination);
  }

  /** Seconds of communication that follow so many of computation. */
  @FunctionalInterface
  private interface Communication {
    double after(double compute);
  }

  private Step simulate(int executors, int interval, Communication communication) {
    SplittableRandom random = RandomStreams.of(seed, "simulation", executors);
    int segments = Math.max(1, steps / interval);
    double slowestSum = 0;
    double meanSum = 0;
    double communicationSum = 0;
    for (int segment = 0; segment < segments; segment++) {
      double slowest = 0;
      for (int executor = 0; executor < executors; executor++) {
        double own = 0;
        for (int step = 0; step < interval; step++) {
          own += measured[random.nextInt(measured.length)];
        }
        slowest = Math.max(slowest, own);
        meanSum += own / executors;
      }
      slowestSum += slowest;
      communicationSum += communication.after(slowest);
    }
    double all = (double) segments * interval;
    return new Step(
        executors,
        (slowestSum + communicationSum) / all + overhead,
        (slowestSum - meanSum) / all,
        communicationSum / all);
  }
}
