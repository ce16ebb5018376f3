package org.espalier.jobs.benchmark.scaling;

import java.util.List;
import java.util.Locale;
import org.espalier.jobs.config.ScalingConfig;
import org.espalier.jobs.config.SimulationConfig;

/**
 * The report's model of larger clusters.
 *
 * @param kind that it is a model
 * @param assumptions all of them, a sentence each
 * @param averaging for each number of executors; null where it was not measured
 * @param allreduce for each number of executors; null where it was not measured
 */
public record Simulation(
    String kind, List<String> assumptions, List<Point> averaging, List<Point> allreduce) {
  /** Says that it is a model. */
  public static final String KIND = "modelled, not measured";

  private static final double BITS = 8;
  private static final double GIGA = 1e9;
  private static final double MILLI = 1e-3;

  /**
   * A number of executors.
   *
   * @param executors how many
   * @param imagesPerSecond all together
   * @param speedup in multiples of one executor
   * @param efficiency the speedup in multiples of the executors
   * @param secondsPerStep on average
   * @param shareWaiting of a step, what the slowest takes longer than the average
   * @param shareCommunication of a step, what the network takes
   */
  public record Point(
      int executors,
      double imagesPerSecond,
      double speedup,
      double efficiency,
      double secondsPerStep,
      double shareWaiting,
      double shareCommunication) {}

  /**
   * What a combination moves, in bytes.
   *
   * @param gradients those of the gradients
   * @param state those of parameters and updater state
   */
  public record Traffic(long gradients, long state) {}

  /**
   * Simulates.
   *
   * @param averaging what was measured of it with one executor, or null
   * @param allreduce what was measured of it with one executor, or null
   */
  public static Simulation of(
      ScalingConfig config, long seed, Traffic traffic, Measured averaging, Measured allreduce) {
    SimulationConfig settings = config.simulation();
    NetworkModel network =
        new NetworkModel(
            settings.gigabitsPerSecond() * GIGA / BITS, settings.latencyMillis() * MILLI);
    List<Point> averagingPoints = null;
    if (averaging != null) {
      SimulatedCluster cluster = cluster(averaging, network, seed, settings);
      averagingPoints =
          settings.executors().stream()
              .map(n -> cluster.averaging(n, (double) traffic.state(), config.averagingInterval()))
              .map(step -> point(step, averaging))
              .toList();
    }
    List<Point> allreducePoints = null;
    if (allreduce != null) {
      SimulatedCluster cluster = cluster(allreduce, network, seed, settings);
      allreducePoints =
          settings.executors().stream()
              .map(n -> cluster.allReduce(n, (double) traffic.gradients(), settings.overlap()))
              .map(step -> point(step, allreduce))
              .toList();
    }
    return new Simulation(
        KIND,
        assumptions(config, seed, traffic, averaging, allreduce),
        averagingPoints,
        allreducePoints);
  }

  private static SimulatedCluster cluster(
      Measured one, NetworkModel network, long seed, SimulationConfig settings) {
    return new SimulatedCluster(
        one.steps().get(0).seconds(), overhead(one), network, seed, settings.steps());
  }

  /** Seconds of a measured step of one executor beyond its computation. */
  private static double overhead(Measured one) {
    return Math.max(0, one.secondsPerStep() - one.computationPerStep());
  }

  private static Point point(SimulatedCluster.Step step, Measured one) {
    double alone = one.computationPerStep() + overhead(one);
    double speedup = step.executors() * alone / step.secondsPerStep();
    return new Point(
        step.executors(),
        step.executors() * one.batch() / step.secondsPerStep(),
        speedup,
        speedup / step.executors(),
        step.secondsPerStep(),
        step.waiting() / step.secondsPerStep(),
        step.communication() / step.secondsPerStep());
  }

  private static List<String> assumptions(
      ScalingConfig config, long seed, Traffic traffic, Measured averaging, Measured allreduce) {
    SimulationConfig settings = config.simulation();
    Measured one = allreduce == null ? averaging : allreduce;
    StepTimes steps = one.steps().get(0);
    return List.of(
        sentence(
            "Computation: every executor draws each step from %d steps of one executor (%.1f to"
                + " %.1f ms, mean %.1f ms), with replacement, %d steps in all, seed %d; stalls that"
                + " are rarer are not in it.",
            steps.seconds().size(),
            1e3 * steps.shortest(),
            1e3 * steps.longest(),
            1e3 * steps.mean(),
            settings.steps(),
            seed),
        sentence(
            "Executors are alike, one a machine, and each keeps its batch of %d images.",
            one.batch()),
        sentence(
            "Network: each machine has a link of %s Gbit/s, full duplex, and is %s ms from any"
                + " other; no other traffic, no bottleneck in between.",
            settings.gigabitsPerSecond(), settings.latencyMillis()),
        sentence(
            "allreduce: all wait for the slowest in every step, then 2(N-1)/N x %,d bytes of"
                + " gradients / bandwidth + 2(N-1) x latency, of which a share of %s passes while"
                + " others are computed.",
            traffic.gradients(), settings.overlap()),
        sentence(
            "averaging: all wait for the slowest every %d steps, then %,d bytes of parameters and"
                + " updater state are broadcast in blocks of 4 MiB down a binary tree and come back"
                + " by way of about sqrt(N) receivers; additions cost nothing.",
            config.averagingInterval(), traffic.state()),
        sentence(
            "Overhead: what a step of one executor took beyond its computation (%s) stays the same;"
                + " Spark's work on more tasks, failures and retries are not in it.",
            overheads(averaging, allreduce)));
  }

  private static String overheads(Measured averaging, Measured allreduce) {
    String first =
        averaging == null ? "" : sentence("averaging %.1f ms", 1e3 * overhead(averaging));
    String second =
        allreduce == null ? "" : sentence("allreduce %.1f ms", 1e3 * overhead(allreduce));
    return first.isEmpty() || second.isEmpty() ? first + second : first + ", " + second;
  }

  private static String sentence(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
