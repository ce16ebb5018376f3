package org.espalier.search.colony;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.espalier.search.Code;
import org.espalier.search.Drive;
import org.espalier.search.Evaluation;
import org.espalier.search.Fitness;
import org.espalier.search.Objective;
import org.espalier.search.SearchSpace;
import org.espalier.search.Searcher;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Colonies whose every step can be followed by hand. */
class ColonyTraceTest {
  private static Fitness sum(Code code) {
    return Fitness.of(IntStream.of(code.toArray()).sum());
  }

  private static BeeColony colony(int sources, Mode mode) {
    return BeeColony.officialCode().withSize(sources, 1, 5).with(mode);
  }

  private static List<Code> codes(int[]... codes) {
    return Stream.of(codes).map(Code::of).toList();
  }

  private static Searcher start(BeeColony colony, int length, Draws draws) {
    return colony.start(SearchSpace.uniform(length, 1, 9), Objective.FITNESS, draws);
  }

  @ParameterizedTest
  @EnumSource(
      value = Mode.class,
      names = {"SEQUENTIAL", "WAVE", "ASYNC_WINDOW"})
  void employedBeesAreGreedyAndAnEqualIsAFailedTrial(Mode mode) {
    FixedDraws draws =
        new FixedDraws(new int[] {3, 5, 2, 4}, new int[] {6, 6, 6, 6}, new int[] {1, 9, 1, 9})
            .employed(0, 1, 0, -1)
            .employed(1, 2, 1, 0.5)
            .employed(2, 0, 2, -0.5);
    Searcher searcher = start(colony(3, mode), 4, draws);
    Drive drive = Drive.of(searcher, ColonyTraceTest::sum, 1);
    assertThat(drive.codes().subList(3, 6))
        .isEqualTo(codes(new int[] {6, 5, 2, 4}, new int[] {6, 4, 6, 6}, new int[] {1, 9, 1, 9}));
    assertThat(searcher.population())
        .extracting(Evaluation::code)
        .isEqualTo(codes(new int[] {6, 5, 2, 4}, new int[] {6, 6, 6, 6}, new int[] {1, 9, 1, 9}));
    assertThat(draws.probabilities).hasSize(1);
    assertThat(draws.probabilities.get(0))
        .containsExactly(new double[] {0.7375, 1, 0.85}, Offset.offset(1e-12));
  }

  @Test
  void trialsCountFailuresSinceTheLastSuccess() {
    Sources sources = new Sources(2, Objective.FITNESS);
    Task visit = new Task.Visit(Phase.EMPLOYED, 0, new Move(0, 1, new int[1], new double[1]));
    Source source = Source.of(Drive.evaluation(0, 3, 1));
    source = sources.after(visit, source, Drive.evaluation(1, 3, 2));
    assertThat(source).isEqualTo(new Source(Drive.evaluation(0, 3, 1), 1));
    source = sources.after(visit, source, Drive.evaluation(2, 2, 2));
    assertThat(source.trials()).isEqualTo(2);
    source = sources.after(visit, source, Drive.evaluation(3, 4, 5));
    assertThat(source).isEqualTo(new Source(Drive.evaluation(3, 4, 5), 0));
  }

  private static List<Code> lastSources(Mode mode) {
    FixedDraws draws =
        new FixedDraws(new int[] {3, 5}, new int[] {6, 6})
            .employed(0, 1, 0, -1)
            .employed(1, 0, 0, 0.9);
    Searcher searcher = start(colony(2, mode), 2, draws);
    Drive.of(searcher, ColonyTraceTest::sum, 1);
    return searcher.population().stream().map(Evaluation::code).toList();
  }

  @Test
  void aSnapshotIsAnotherAlgorithmThanASequence() {
    List<Code> sequential = codes(new int[] {6, 5}, new int[] {6, 6});
    assertThat(lastSources(Mode.SEQUENTIAL)).isEqualTo(sequential);
    assertThat(lastSources(Mode.WAVE)).isEqualTo(sequential);
    assertThat(lastSources(Mode.SYNC)).isEqualTo(codes(new int[] {6, 5}, new int[] {8, 6}));
  }

  @Test
  void ofSynchronousOnlookersOnOneSourceTheBestReplacesIt() {
    Sources sources = new Sources(2, Objective.FITNESS);
    sources.set(0, new Source(Drive.evaluation(0, 3, 1), 2));
    List<Evaluation> better =
        List.of(Drive.evaluation(1, 4, 2), Drive.evaluation(2, 6, 3), Drive.evaluation(3, 6, 4));
    assertThat(sources.afterAll(0, better)).isEqualTo(new Source(better.get(1), 0));
    List<Evaluation> worse = List.of(Drive.evaluation(1, 3, 2), Drive.evaluation(2, 1, 3));
    assertThat(sources.afterAll(0, worse).trials()).isEqualTo(4);
  }

  @Test
  void cyclicOnlookersGoRoundUntilAsManyVisitsAsSources() {
    Iterator<Double> uniform = List.of(0.95, 0.2, 0.8, 0.1, 0.5).iterator();
    assertThat(Onlookers.CYCLIC.visited(new double[] {0.9, 1, 0.7}, uniform::next))
        .as("0 stays away, 1, 2 stays away, 0, 1")
        .containsExactly(1, 0, 1);
    assertThat(uniform).isExhausted();
  }

  @Test
  void bernoulliOnlookersGoRoundOnce() {
    double[] probabilities = {0, 1, 0.5};
    int visits = 0;
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 1_000; i++) {
      List<Integer> visited = Onlookers.BERNOULLI.visited(probabilities, random::nextDouble);
      assertThat(visited).doesNotHaveDuplicates().contains(1).doesNotContain(0);
      visits += visited.size();
    }
    assertThat(visits).isBetween(1_440, 1_560);
  }

  @Test
  void scoutsReplaceTheWorstOrAllAsTheRuleSays() {
    int[] trials = {5, 7, 7};
    assertThat(Scouts.WORST_AT_LIMIT.abandoned(trials, 5)).containsExactly(1);
    assertThat(Scouts.WORST_AT_LIMIT.abandoned(trials, 8)).isEmpty();
    assertThat(Scouts.ALL_ABOVE_LIMIT.abandoned(trials, 5)).containsExactly(1, 2);
    assertThat(Scouts.ALL_AT_LIMIT.abandoned(trials, 5)).containsExactly(0, 1, 2);
  }

  @Test
  void officialScoutsNeverFindTheGreatestNumberAndTheLeastTwiceAsOften() {
    SearchSpace space = SearchSpace.uniform(1, 1, 7);
    int[] counts = new int[8];
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 70_000; i++) {
      counts[Scouts.WORST_AT_LIMIT.found(space, random).at(0)]++;
    }
    assertThat(counts[7]).isZero();
    assertThat(counts[1]).isBetween(19_600, 20_400);
    assertThat(IntStream.range(2, 7).map(i -> counts[i]))
        .allMatch(count -> count > 9_600 && count < 10_400);
  }

  @ParameterizedTest
  @EnumSource(Mode.class)
  void aScoutTakesThePlaceOfAnAbandonedSourceHoweverBadItIs(Mode mode) {
    FixedDraws draws =
        new FixedDraws(new int[] {9, 9}, new int[] {5, 5})
            .employed(0, 1, 0, -1)
            .employed(1, 0, 0, -1)
            .onlooker(0, 1, 1, -0.5)
            .onlooker(0, 1, 1, -0.5)
            .scouted(1, 1);
    Searcher searcher = start(colony(2, mode).withSize(2, 1, 3), 2, draws);
    Drive drive = Drive.of(searcher, ColonyTraceTest::sum, 1);
    assertThat(drive.told).hasSize(2 + 2 * 2 + 1);
    assertThat(searcher.population().get(0).code()).isEqualTo(Code.of(1, 1));
    assertThat(searcher.champion().orElseThrow().code()).isEqualTo(Code.of(9, 9));
  }

  @Test
  void championsFollowTheirRule() {
    assertThat(champion(Champion.EVER)).isEmpty();
    assertThat(champion(Champion.LAST_SOURCES)).contains(Code.of(5, 9));
    assertThat(champion(Champion.EVER_BUT_FIRST_SOURCES)).contains(Code.of(5, 5));
  }

  /** The second source is best, and the official code forgets it. */
  private static Optional<Code> champion(Champion rule) {
    BeeColony colony = colony(2, Mode.WAVE);
    FixedDraws draws =
        new FixedDraws(new int[] {5, 5}, new int[] {5, 9})
            .employed(0, 1, 0, 0.5)
            .employed(1, 0, 1, -1);
    BeeColony ruled =
        new BeeColony(
            2,
            1,
            5,
            colony.mode(),
            1,
            colony.rounding(),
            colony.positions(),
            colony.onlookers(),
            colony.scouts(),
            rule,
            List.of());
    Searcher searcher = start(ruled, 2, draws);
    Drive.of(searcher, ColonyTraceTest::sum, 1);
    return searcher.champion().map(Evaluation::code);
  }

  @Test
  void probabilitiesOfFailuresAndZeroesAreTheLeast() {
    Sources sources = new Sources(3, Objective.FITNESS);
    for (int i = 0; i < 3; i++) {
      sources.set(i, Source.of(Drive.evaluation(i, 0, 1)));
    }
    assertThat(sources.probabilities()).containsExactly(0.1, 0.1, 0.1);
    sources.set(1, Source.of(Drive.evaluation(3, 0.5, 1)));
    sources.set(2, Source.of(Drive.evaluation(4, Double.NaN, 1)));
    assertThat(sources.probabilities()).containsExactly(0.1, 1, 0.1);
  }
}
