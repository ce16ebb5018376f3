package org.espalier.jobs;

import java.util.List;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.espalier.jobs.config.InvalidConfigException;
import org.espalier.jobs.config.ScalingConfig;

/**
 * The executors of a benchmark of scaling; on a local master the tasks that run at a time stand for
 * them.
 *
 * @param master Spark's master
 * @param count how many there are, where the master tells
 */
record Workforce(String master, OptionalInt count) {
  private static final Pattern LOCAL = Pattern.compile("local(?:\\[(\\d+|\\*)(?:,\\s*\\d+)?\\])?");
  private static final Pattern LOCAL_CLUSTER =
      Pattern.compile("local-cluster\\[\\s*(\\d+)\\s*,.*\\]");

  /** How long no executor must have come for all to be there, where nobody says how many. */
  private static final long SETTLED_MILLIS = 5000;

  private static final long POLL_MILLIS = 100;

  /**
   * Reads a master URL.
   *
   * @param taskCpus processors that a task takes, at least 1
   */
  static Workforce of(String master, int taskCpus) {
    Matcher cluster = LOCAL_CLUSTER.matcher(master);
    if (cluster.matches()) {
      return new Workforce(master, OptionalInt.of(Integer.parseInt(cluster.group(1))));
    }
    Matcher local = LOCAL.matcher(master);
    if (!local.matches()) {
      return new Workforce(master, OptionalInt.empty());
    }
    String threads = local.group(1) == null ? "1" : local.group(1);
    int cores =
        threads.equals("*")
            ? Runtime.getRuntime().availableProcessors()
            : Integer.parseInt(threads);
    return new Workforce(master, OptionalInt.of(cores / taskCpus));
  }

  /**
   * Checks, before Spark starts, what can be: that nobody asks for more than there are.
   *
   * @throws InvalidConfigException where somebody does
   */
  void check(ScalingConfig config) {
    if (count.isEmpty()) {
      return;
    }
    int most = config.executors().map(list -> list.get(list.size() - 1)).orElse(1);
    if (most > count.getAsInt()) {
      throw new InvalidConfigException(
          String.format(
              "benchmark.executors must be at most %d, as many as %s has: %d",
              count.getAsInt(), master, most));
    }
  }

  /**
   * Waits for the executors, and returns the numbers of them that are to be measured.
   *
   * @throws JobFailedException when too few come in time
   */
  List<Integer> assemble(JavaSparkContext spark, ScalingConfig config) {
    OptionalInt wanted =
        config.executors().isPresent()
            ? OptionalInt.of(config.executors().get().get(config.executors().get().size() - 1))
            : count;
    int there = spark.isLocal() ? count.orElseThrow() : await(spark, wanted, config.patience());
    return config.executors().orElseGet(() -> IntStream.rangeClosed(1, there).boxed().toList());
  }

  private int await(JavaSparkContext spark, OptionalInt wanted, int patience) {
    long begin = System.nanoTime();
    long changed = begin;
    int there = 0;
    while (millisSince(begin) < 1000L * patience) {
      // The driver is listed, too.
      int now = spark.sc().statusTracker().getExecutorInfos().length - 1;
      if (now != there) {
        there = now;
        changed = System.nanoTime();
      }
      boolean settled = there > 0 && millisSince(changed) >= SETTLED_MILLIS;
      if (wanted.isPresent() ? there >= wanted.getAsInt() : settled) {
        return there;
      }
      pause();
    }
    throw new JobFailedException(
        String.format(
            "Cannot measure %s: %s gave %d in %d s",
            wanted.isPresent() ? wanted.getAsInt() + " executors" : "executors",
            master,
            there,
            patience));
  }

  private static long millisSince(long begin) {
    return (System.nanoTime() - begin) / 1_000_000;
  }

  private static void pause() {
    try {
      Thread.sleep(POLL_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new JobFailedException("The benchmark was interrupted", e);
    }
  }
}
