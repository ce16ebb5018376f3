package org.espalier.search;

import java.io.Serializable;
import java.util.Map;
import java.util.Objects;

/**
 * What an evaluation says of a candidate: how fit it is, or why that could not be found out.
 *
 * <p>A failure is a value like others: minus infinity, below every fitness, with a reason.
 *
 * @param value the greater, the better; finite, or minus infinity for a failure. Strategies expect
 *     numbers from 0 upwards, such as an accuracy.
 * @param failure why there is no fitness, empty where there is one
 * @param notes small facts for reports, such as where it was evaluated and for how long; they do
 *     not influence a search
 */
public record Fitness(double value, String failure, Map<String, String> notes)
    implements Serializable {

  /** Checks that the value is finite or a failure, and copies the notes. */
  public Fitness {
    Objects.requireNonNull(failure, "Cannot make a fitness: failure is missing");
    notes = Map.copyOf(notes);
    boolean sound = failure.isEmpty() ? Double.isFinite(value) : value == Double.NEGATIVE_INFINITY;
    if (!sound) {
      throw new IllegalArgumentException(
          "Cannot make a fitness: it must be finite, or minus infinity with a reason (%s, '%s')"
              .formatted(value, failure));
    }
  }

  /** Returns a fitness; a number that is not finite becomes a failure. */
  public static Fitness of(double value) {
    return Double.isFinite(value)
        ? new Fitness(value, "", Map.of())
        : failed("the fitness is not a finite number (" + value + ")");
  }

  /**
   * Returns a failure.
   *
   * @param reason why, not empty
   */
  public static Fitness failed(String reason) {
    return new Fitness(Double.NEGATIVE_INFINITY, reason, Map.of());
  }

  /** Returns the same with other notes. */
  public Fitness with(Map<String, String> other) {
    return new Fitness(value, failure, other);
  }

  /** Tells whether there is no fitness. */
  public boolean isFailed() {
    return !failure.isEmpty();
  }
}
