package org.espalier.search.colony;

import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Which positions of a code a bee changes.
 *
 * @param count how many, at least 1; all of them where a code has fewer
 * @param draw how they are drawn
 */
public record Positions(int count, Draw draw) {
  /** How positions are drawn. */
  public enum Draw {
    /** Different ones, of all. */
    DISTINCT,
    /**
     * With repetition, of all but the last, as ABCPruner's code does by an upper bound that is
     * exclusive. Of equal positions the later draw counts.
     */
    NEVER_LAST
  }

  /** Every position. */
  public static final Positions ALL = new Positions(Integer.MAX_VALUE, Draw.DISTINCT);

  /** Checks the number. */
  public Positions {
    if (count < 1) {
      throw new IllegalArgumentException(
          "Cannot make a bee colony: positions must be at least 1 (" + count + ")");
    }
  }

  /** Returns different positions of all. */
  public static Positions distinct(int count) {
    return new Positions(count, Draw.DISTINCT);
  }

  int[] of(int length, SplittableRandom random) {
    if (draw == Draw.NEVER_LAST) {
      return IntStream.range(0, count).map(i -> random.nextInt(length - 1)).toArray();
    }
    int[] positions = IntStream.range(0, length).toArray();
    int chosen = Math.min(count, length);
    for (int i = 0; i < chosen; i++) {
      int other = random.nextInt(i, length);
      int swapped = positions[i];
      positions[i] = positions[other];
      positions[other] = swapped;
    }
    return IntStream.of(positions).limit(chosen).toArray();
  }
}
