package org.espalier.search.structure;

/**
 * The widths that a code's numbers stand for: number h keeps floor(channels * h / steps) of a
 * group's channels, at least one.
 *
 * @param steps into how many parts the full width is divided, at least 1
 * @param least the least number searched, from 0; 0 stands for one channel
 * @param most the greatest number searched, at least the least, at most the steps
 */
public record Widths(int steps, int least, int most) {
  /** Checks the numbers. */
  public Widths {
    if (steps < 1) {
      throw new IllegalArgumentException(
          "Cannot search widths: steps must be at least 1 (" + steps + ")");
    }
    if (least < 0 || least > most || most > steps) {
      throw new IllegalArgumentException(
          "Cannot search widths: they must be 0 <= least <= most <= %d (%d, %d)"
              .formatted(steps, least, most));
    }
  }

  /**
   * Returns tenths of the full width from 1 to a greatest, ABCPruner's 10 alpha: 9 unless its users
   * say otherwise.
   */
  public static Widths tenths(int most) {
    return new Widths(10, 1, most);
  }

  /** Returns how many of a group's channels a number keeps, at least 1. */
  public int of(int channels, int number) {
    return (int) Math.max(1, (long) channels * number / steps);
  }
}
