package org.espalier.jobs.config;

import java.util.Optional;
import org.espalier.nn.fused.Precision;
import org.espalier.zoo.Networks;

/**
 * What a benchmark measures, and for how long.
 *
 * @param network one of {@link Networks#names()}
 * @param batch images a step and task, at least 1
 * @param threads threads of the numerical kernels in all tasks together, at least 1
 * @param tasks networks side by side, at least 1; a divisor of threads
 * @param precision what is computed with
 * @param rounds rounds whose median is reported, at least 1
 * @param seconds of training, and again of inference, in a round, above 0
 * @param peer what to measure beside it
 * @param python the Python that has PyTorch, a command or a path
 */
public record BenchmarkConfig(
    String network,
    int batch,
    int threads,
    int tasks,
    Precision precision,
    int rounds,
    double seconds,
    Optional<Peer> peer,
    String python) {

  static BenchmarkConfig from(Section section) {
    int threads = section.whole("threads", 0);
    if (threads == 0) {
      threads = Runtime.getRuntime().availableProcessors();
    }
    int tasks = section.whole("tasks", 1);
    if (threads % tasks != 0) {
      throw section.error("tasks", "must be a divisor of the threads (" + threads + ")");
    }
    return new BenchmarkConfig(
        section.oneOf("network", Networks.names()),
        section.whole("batch", 1),
        threads,
        tasks,
        section.choice("precision", Precision.class),
        section.whole("rounds", 1),
        section.number("seconds", Interval.above(0)),
        section.isNull("peer") ? Optional.empty() : Optional.of(section.choice("peer", Peer.class)),
        section.text("python"));
  }

  /** Returns the threads of one task. */
  public int threadsPerTask() {
    return threads / tasks;
  }
}
