package org.espalier.jobs.search;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.espalier.search.Fitness;
import org.espalier.spark.search.CandidateRun;

/**
 * Where and when a candidate was evaluated; it travels in the notes of its fitness, and so is in
 * the journal, too.
 *
 * @param executor Spark's name of the executor
 * @param host the executor's machine
 * @param startMillis when the task began, in milliseconds since 1970 by the executor's clock
 * @param endMillis when it ended, likewise
 */
public record Place(String executor, String host, long startMillis, long endMillis) {
  private static final String EXECUTOR = "executor";
  private static final String HOST = "host";
  private static final String START = "startMillis";
  private static final String END = "endMillis";

  /** Returns that of a run. */
  public static Place of(CandidateRun run) {
    return new Place(run.executor(), run.host(), run.startMillis(), run.endMillis());
  }

  /** Returns what notes say, where they do. */
  static Optional<Place> of(Map<String, String> notes) {
    return notes.containsKey(EXECUTOR)
        ? Optional.of(
            new Place(
                notes.get(EXECUTOR),
                notes.get(HOST),
                Long.parseLong(notes.get(START)),
                Long.parseLong(notes.get(END))))
        : Optional.empty();
  }

  /** Returns a fitness with this among its notes. */
  public Fitness notedIn(Fitness fitness) {
    Map<String, String> notes = new TreeMap<>(fitness.notes());
    notes.put(EXECUTOR, executor);
    notes.put(HOST, host);
    notes.put(START, Long.toString(startMillis));
    notes.put(END, Long.toString(endMillis));
    return fitness.with(notes);
  }

  double seconds() {
    return (endMillis - startMillis) / 1e3;
  }
}
