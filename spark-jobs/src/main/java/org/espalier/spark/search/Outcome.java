package org.espalier.spark.search;

import java.io.Serializable;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.espalier.search.Candidate;
import org.espalier.search.Fitness;

/**
 * What a task says of its candidate.
 *
 * <p>It is made of plain fields, so that Java's and Kryo's serialisation both carry it.
 */
final class Outcome implements Serializable {
  private static final long serialVersionUID = 1L;

  private final double value;
  private final String failure;
  private final String[] noted;
  private final String[] notes;
  private final String executor;
  private final String host;
  private final int attempt;
  private final long startMillis;
  private final long endMillis;
  private final long prepareMillis;

  private Outcome(Fitness fitness, long startMillis, long prepareMillis, long endMillis) {
    TaskContext task = TaskContext.get();
    this.value = fitness.value();
    this.failure = fitness.failure();
    Map<String, String> sorted = new TreeMap<>(fitness.notes());
    this.noted = sorted.keySet().toArray(new String[0]);
    this.notes = sorted.values().toArray(new String[0]);
    this.executor = SparkEnv.get().executorId();
    this.host = SparkEnv.get().blockManager().blockManagerId().host();
    this.attempt = task.attemptNumber();
    this.startMillis = startMillis;
    this.endMillis = endMillis;
    this.prepareMillis = prepareMillis;
  }

  /** Notes, in a task, what came of it. */
  static Outcome of(Fitness fitness, long startMillis, long prepareMillis, long endMillis) {
    return new Outcome(fitness, startMillis, prepareMillis, endMillis);
  }

  /** Returns the same as the driver tells it, where and how long among the fitness's notes. */
  CandidateRun run(Candidate candidate, double jobMillis) {
    Map<String, String> all = new TreeMap<>();
    for (int i = 0; i < noted.length; i++) {
      all.put(noted[i], notes[i]);
    }
    all.put("executor", executor);
    all.put("seconds", Double.toString((endMillis - startMillis) / 1e3));
    return new CandidateRun(
        candidate,
        new Fitness(value, failure, all),
        executor,
        host,
        attempt,
        startMillis,
        endMillis,
        prepareMillis,
        jobMillis);
  }
}
