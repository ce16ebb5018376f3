package org.espalier.nn;

import java.util.Objects;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * A learning rate that falls along half a cosine, epoch by epoch.
 *
 * <p>With E total epochs and W of warm-up, epoch e (from 0) has
 *
 * <ul>
 *   <li>v * (e + 1) / (W + 1) for e &lt; W,
 *   <li>v * (1 + cos(pi * (e - W) / (E - W))) / 2 from then on, and 0 from epoch E.
 * </ul>
 *
 * See Loshchilov and Hutter, SGDR, <a href="https://arxiv.org/abs/1608.03983">arXiv:1608.03983</a>
 * (no restarts).
 */
public final class CosineSchedule implements ISchedule {
  private static final long serialVersionUID = 1L;

  @JsonProperty("initialValue")
  private final double initialValue;

  @JsonProperty("totalEpochs")
  private final int totalEpochs;

  @JsonProperty("warmupEpochs")
  private final int warmupEpochs;

  /**
   * A schedule without warm-up.
   *
   * @param initialValue the value of epoch 0, zero or more
   * @param totalEpochs the epoch from which the value is 0, at least 1
   */
  public CosineSchedule(double initialValue, int totalEpochs) {
    this(initialValue, totalEpochs, 0);
  }

  /**
   * A schedule with linear warm-up.
   *
   * @param initialValue the highest value, zero or more
   * @param totalEpochs the epoch from which the value is 0, at least 1
   * @param warmupEpochs epochs of rise before the fall, from 0 to totalEpochs - 1
   */
  public CosineSchedule(
      @JsonProperty("initialValue") double initialValue,
      @JsonProperty("totalEpochs") int totalEpochs,
      @JsonProperty("warmupEpochs") int warmupEpochs) {
    if (!(initialValue >= 0) || Double.isInfinite(initialValue)) {
      throw new IllegalArgumentException(
          "Cannot build a cosine schedule: the initial value must be finite and not negative ("
              + initialValue
              + ")");
    }
    if (totalEpochs < 1) {
      throw new IllegalArgumentException(
          "Cannot build a cosine schedule: at least one epoch is needed (" + totalEpochs + ")");
    }
    if (warmupEpochs < 0 || warmupEpochs >= totalEpochs) {
      throw new IllegalArgumentException(
          "Cannot build a cosine schedule: warm-up must be from 0 to "
              + (totalEpochs - 1)
              + " epochs ("
              + warmupEpochs
              + ")");
    }
    this.initialValue = initialValue;
    this.totalEpochs = totalEpochs;
    this.warmupEpochs = warmupEpochs;
  }

  @Override
  public double valueAt(int iteration, int epoch) {
    if (epoch < warmupEpochs) {
      return initialValue * (epoch + 1) / (warmupEpochs + 1);
    }
    if (epoch >= totalEpochs) {
      return 0.0;
    }
    double progress = (double) (epoch - warmupEpochs) / (totalEpochs - warmupEpochs);
    return initialValue * (1 + Math.cos(Math.PI * progress)) / 2;
  }

  @Override
  @SuppressWarnings("MissingSuperCall")
  public CosineSchedule clone() {
    return new CosineSchedule(initialValue, totalEpochs, warmupEpochs);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof CosineSchedule that
        && Double.compare(initialValue, that.initialValue) == 0
        && totalEpochs == that.totalEpochs
        && warmupEpochs == that.warmupEpochs;
  }

  @Override
  public int hashCode() {
    return Objects.hash(initialValue, totalEpochs, warmupEpochs);
  }

  @Override
  public String toString() {
    return "CosineSchedule(initialValue="
        + initialValue
        + ", totalEpochs="
        + totalEpochs
        + ", warmupEpochs="
        + warmupEpochs
        + ")";
  }
}
