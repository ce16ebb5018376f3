package org.espalier.prune.channel;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Comparator;
import java.util.stream.IntStream;

/** The rule by which channels go: those with the lowest scores first. */
public final class LowestFirst {
  private LowestFirst() {}

  /**
   * Returns how many channels a share of them is: floor(share * channels).
   *
   * <p>The product is exact, of the share's shortest decimal text: 0.29 of 100 are 29, which
   * multiplied in double precision are 28.
   */
  public static long count(double share, long channels) {
    return BigDecimal.valueOf(share)
        .multiply(BigDecimal.valueOf(channels))
        .setScale(0, RoundingMode.FLOOR)
        .longValueExact();
  }

  /**
   * Returns the channels that stay when some go, ascending.
   *
   * <p>Of channels with equal scores the one with the lower number goes first.
   *
   * @param scores numbers, none of them NaN
   * @param gone how many go
   */
  public static int[] keep(double[] scores, long gone) {
    return IntStream.range(0, scores.length)
        .boxed()
        .sorted(Comparator.comparingDouble(c -> scores[c] + 0.0)) // stable; -0.0 becomes 0.0
        .skip(gone)
        .mapToInt(Integer::intValue)
        .sorted()
        .toArray();
  }
}
