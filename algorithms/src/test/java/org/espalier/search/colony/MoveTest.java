package org.espalier.search.colony;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.espalier.search.Code;
import org.espalier.search.SearchSpace;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MoveTest {
  private static final SearchSpace SPACE = SearchSpace.uniform(1, 1, 9);

  private static int neighbour(int own, int partner, double factor, Rounding rounding) {
    return new Move(0, 1, new int[] {0}, new double[] {factor})
        .neighbour(Code.of(own), Code.of(partner), rounding, SPACE)
        .at(0);
  }

  @ParameterizedTest
  @CsvSource({
    "7, 3, 0.5, 9, 9",
    "7, 3, 0.9, 9, 9",
    "7, 3, -0.6, 4, 5",
    "1, 9, 0.5, 1, 1",
    "5, 5, 0.99, 5, 5",
    "5, 5, -1, 5, 5",
    "5, 4, 0.99, 5, 6",
  })
  void neighboursAreRoundedAndKeptWithinBounds(
      int own, int partner, double factor, int truncated, int nearest) {
    assertThat(neighbour(own, partner, factor, Rounding.TRUNCATE)).isEqualTo(truncated);
    assertThat(neighbour(own, partner, factor, Rounding.NEAREST)).isEqualTo(nearest);
  }

  @Test
  void truncationDriftsDownwardsAndTheNearestNumberDoesNot() {
    SplittableRandom random = new SplittableRandom(1);
    double truncated = 0;
    double nearest = 0;
    int draws = 100_000;
    for (int i = 0; i < draws; i++) {
      double factor = random.nextDouble(-1, 1);
      truncated += neighbour(5, 4, factor, Rounding.TRUNCATE);
      nearest += neighbour(5, 4, factor, Rounding.NEAREST);
    }
    assertThat(truncated / draws).isBetween(4.49, 4.51);
    assertThat(nearest / draws).isBetween(4.99, 5.01);
  }

  @Test
  void aPositionDrawnTwiceMovesFromTheSourceByItsLaterFactor() {
    Code neighbour =
        new Move(0, 1, new int[] {0, 0}, new double[] {1, -0.5})
            .neighbour(Code.of(5), Code.of(3), Rounding.NEAREST, SPACE);
    assertThat(neighbour).isEqualTo(Code.of(4));
  }

  @Test
  void distinctPositionsAreDistinctAndReachAll() {
    SplittableRandom random = new SplittableRandom(1);
    int[] counts = new int[5];
    for (int i = 0; i < 5_000; i++) {
      int[] drawn = Positions.distinct(2).of(5, random);
      assertThat(drawn).hasSize(2).doesNotHaveDuplicates();
      IntStream.of(drawn).forEach(position -> counts[position]++);
    }
    assertThat(IntStream.of(counts)).allMatch(count -> count > 1_800);
    assertThat(Positions.ALL.of(5, random)).containsExactlyInAnyOrder(0, 1, 2, 3, 4);
    assertThat(Positions.distinct(3).of(2, random)).containsExactlyInAnyOrder(0, 1);
  }

  @Test
  void theOfficialDrawNeverReachesTheLastPositionAndRepeats() {
    SplittableRandom random = new SplittableRandom(1);
    Positions official = BeeColony.officialCode().positions();
    int repeated = 0;
    for (int i = 0; i < 1_000; i++) {
      int[] drawn = official.of(3, random);
      assertThat(IntStream.of(drawn)).hasSize(2).allMatch(position -> position <= 1);
      repeated += drawn[0] == drawn[1] ? 1 : 0;
    }
    assertThat(repeated).isBetween(440, 560);
  }
}
