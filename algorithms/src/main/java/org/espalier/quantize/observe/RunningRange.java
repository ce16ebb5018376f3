package org.espalier.quantize.observe;

import java.io.Serializable;
import java.util.Objects;
import org.espalier.quantize.ValueRange;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * How the range of an activation follows from one batch to the next.
 *
 * <p>Whatever the kind, the first batch sets the range as it is: an average that starts from a
 * guess would keep it for a thousand steps. The new range is a monotone function of the batch's
 * ends, so that the smallest and largest of several workers' results are the result of their
 * batches together.
 *
 * @param kind the rule
 * @param decay for {@link Kind#AVERAGE}, how much of itself the range keeps, from 0 to below 1
 */
public record RunningRange(@JsonProperty("kind") Kind kind, @JsonProperty("decay") double decay)
    implements Serializable {

  /** The rules. */
  public enum Kind {
    /** The range of the last batch. */
    LAST,
    /** decay * range + (1 - decay) * batch. */
    AVERAGE,
    /** All that was ever seen. */
    EXTREMES
  }

  /** Checks the decay. */
  public RunningRange {
    Objects.requireNonNull(kind, "Cannot observe a range: the kind is missing");
    if (!(decay >= 0 && decay < 1)) {
      throw new IllegalArgumentException(
          "Cannot observe a range: decay must be from 0 to below 1 (" + decay + ")");
    }
  }

  /** The range of the last batch. */
  public static RunningRange last() {
    return new RunningRange(Kind.LAST, 0);
  }

  /**
   * A moving average.
   *
   * @param decay how much of itself the range keeps each step, near 1
   */
  public static RunningRange average(double decay) {
    return new RunningRange(Kind.AVERAGE, decay);
  }

  /** The smallest and largest number ever seen. */
  public static RunningRange extremes() {
    return new RunningRange(Kind.EXTREMES, 0);
  }

  /**
   * Returns the range after a batch.
   *
   * @param range the range before; empty before the first batch
   * @param batch the smallest and largest number of the batch
   */
  public ValueRange next(ValueRange range, ValueRange batch) {
    if (range.isEmpty()) {
      return batch;
    }
    return switch (kind) {
      case LAST -> batch;
      case AVERAGE ->
          new ValueRange(
              decay * range.min() + (1 - decay) * batch.min(),
              decay * range.max() + (1 - decay) * batch.max());
      case EXTREMES -> range.union(batch);
    };
  }
}
