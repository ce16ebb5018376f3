package org.espalier.quantize.slb;

import java.io.Serializable;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * The factor T of the logits, which grows with the epochs until mixtures are single values:
 *
 * <pre>T(e) = initial * factor ^ (clamp(e, start, end) - start)</pre>
 *
 * <p>where e counts epochs from 1. It is the inverse of the paper's temperature.
 *
 * @param initial T until epoch {@code start}, above 0
 * @param factor by which T grows each epoch, at least 1
 * @param start the epoch after which T grows, at least 0
 * @param end the epoch after which it no longer does, at least {@code start}
 */
public record Temperature(
    @JsonProperty("initial") double initial,
    @JsonProperty("factor") double factor,
    @JsonProperty("start") int start,
    @JsonProperty("end") int end)
    implements Serializable {
  /** Checks every setting. */
  public Temperature {
    check(initial > 0 && Double.isFinite(initial), "initial must be positive", initial);
    check(factor >= 1 && Double.isFinite(factor), "factor must be at least 1", factor);
    check(start >= 0, "start must be at least 0", start);
    check(end >= start, "end must be at least start", end);
  }

  private static void check(boolean holds, String reason, Object value) {
    if (!holds) {
      throw new IllegalArgumentException(
          "Cannot schedule a temperature: " + reason + " (" + value + ")");
    }
  }

  /**
   * Returns Golden Stick's schedule: from 1 with factor 1.2, between 20 and 60 per cent of
   * training.
   *
   * @param epochs the length of training, at least 1
   */
  public static Temperature standard(int epochs) {
    return new Temperature(1, 1.2, (int) (epochs * 0.2), (int) (epochs * 0.6));
  }

  /**
   * Returns T in an epoch.
   *
   * @param completed the epochs completed before it
   */
  public double at(int completed) {
    int epoch = Math.max(start, Math.min(end, completed + 1));
    return initial * Math.pow(factor, epoch - start);
  }
}
