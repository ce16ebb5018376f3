package org.espalier.search;

import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.espalier.data.RandomStreams;

/** Small problems whose fitness is rugged, cheap, and a pure function of the code. */
public final class Problems {
  private Problems() {}

  /** A space of 2 to 12 positions with bounds of their own, of which some leave no choice. */
  public static SearchSpace space(long seed) {
    SplittableRandom random = RandomStreams.of(seed, "space");
    int length = 2 + random.nextInt(11);
    int[] least = IntStream.range(0, length).map(i -> random.nextInt(-2, 4)).toArray();
    int[] most = IntStream.of(least).map(i -> i + random.nextInt(10)).toArray();
    return SearchSpace.of(least, most);
  }

  /** A fitness in [0, 1), of which a share fails, chosen by the code. */
  public static Function<Code, Fitness> fitness(long seed, double failing) {
    return code -> {
      long[] key = IntStream.of(code.toArray()).asLongStream().toArray();
      SplittableRandom random = RandomStreams.of(seed, "fitness", key);
      double smooth = 1 / (1 + IntStream.of(code.toArray()).mapToDouble(i -> i * i).sum() / 50);
      boolean fails = random.nextDouble() < failing;
      // Coarse, so that equals are met.
      double value = Math.floor((smooth + random.nextDouble()) * 10) / 20;
      return fails ? Fitness.failed("bad luck") : Fitness.of(value);
    };
  }
}
