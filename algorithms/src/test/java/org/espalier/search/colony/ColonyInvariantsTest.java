package org.espalier.search.colony;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.espalier.search.Code;
import org.espalier.search.Drive;
import org.espalier.search.Evaluation;
import org.espalier.search.Fitness;
import org.espalier.search.Objective;
import org.espalier.search.Problems;
import org.espalier.search.Proposal;
import org.espalier.search.SearchSpace;
import org.espalier.search.Searcher;
import org.junit.jupiter.api.Test;

/** Whatever the problem, and in whatever order candidates finish. */
class ColonyInvariantsTest {
  private static BeeColony colony(int preset, int sources, int cycles, int limit) {
    return List.of(BeeColony.standard(), BeeColony.paper(), BeeColony.officialCode())
        .get(preset)
        .withSize(sources, cycles, limit);
  }

  private record Run(List<String> results, List<Evaluation> sources, Object champion) {}

  private static Run run(BeeColony colony, long seed, Function<Code, Fitness> fitness, long order) {
    Searcher searcher = colony.start(Problems.space(seed), Objective.FITNESS, seed);
    Drive drive = Drive.of(searcher, fitness, order);
    return new Run(drive.results(), withoutOrigins(searcher.population()), withoutOrigin(searcher));
  }

  /** Only where they come from tells the evaluations of a wave from those of a sequence. */
  private static List<Evaluation> withoutOrigins(List<Evaluation> evaluations) {
    return evaluations.stream()
        .map(each -> Drive.evaluation(each.index(), 0, each.code().toArray()))
        .toList();
  }

  private static Object withoutOrigin(Searcher searcher) {
    return searcher.champion().map(each -> each.index() + " " + each.code());
  }

  @Property(tries = 200)
  void wavesAreTheSequenceBitForBit(
      @ForAll long seed,
      @ForAll long order,
      @ForAll @IntRange(max = 2) int preset,
      @ForAll @IntRange(min = 2, max = 12) int sources,
      @ForAll @IntRange(max = 5) int cycles,
      @ForAll @IntRange(min = 1, max = 4) int limit,
      @ForAll @IntRange(min = 1, max = 4) int positions,
      @ForAll @IntRange(max = 2) int given,
      @ForAll @DoubleRange(max = 0.9) double failing) {
    Function<Code, Fitness> fitness = Problems.fitness(seed, failing);
    SearchSpace space = Problems.space(seed);
    List<Code> initial = List.of(space.leastCode(), space.mostCode()).subList(0, given);
    BeeColony colony =
        colony(preset, sources, cycles, limit).withPositions(positions).withInitial(initial);
    ReferenceColony reference =
        new ReferenceColony(colony, space, new RandomDraws(colony, space, seed), fitness);
    reference.run();

    Run sequence = run(colony.with(Mode.SEQUENTIAL), seed, fitness, order);
    assertThat(sequence.results()).isEqualTo(reference.results);
    assertThat(sequence.results().subList(0, given))
        .isEqualTo(initial.stream().map(each -> each + " " + fitness.apply(each)).toList());
    assertThat(sequence.sources()).extracting(Evaluation::code).containsExactly(reference.codes);
    assertThat(run(colony.with(Mode.WAVE), seed, fitness, order)).isEqualTo(sequence);
    assertThat(run(colony.withWindow(1), seed, fitness, order)).isEqualTo(sequence);
    if (colony.onlookers() == Onlookers.CYCLIC) {
      assertThat(sequence.results())
          .as("evaluations are n + T (2 n) + scouts")
          .hasSize(sources + cycles * 2 * sources + reference.scouts);
    }
  }

  @Property(tries = 100)
  void noOrderOfCompletionMakesADifference(
      @ForAll long seed,
      @ForAll @IntRange(max = 2) int preset,
      @ForAll @IntRange(min = 2, max = 12) int sources,
      @ForAll @IntRange(min = 2, max = 30) int window,
      @ForAll @DoubleRange(max = 0.5) double failing) {
    BeeColony colony = colony(preset, sources, 4, 2);
    Function<Code, Fitness> fitness = Problems.fitness(seed, failing);
    for (BeeColony mode : List.of(colony.with(Mode.SYNC), colony.withWindow(window))) {
      Run first = run(mode, seed, fitness, 1);
      assertThat(run(mode, seed, fitness, 2)).isEqualTo(first);
      assertThat(run(mode, seed, fitness, 3)).isEqualTo(first);
    }
  }

  @Property(tries = 100)
  void codesAreOfTheSpaceAndTheBestNeverGetsWorse(
      @ForAll long seed,
      @ForAll @IntRange(max = 2) int preset,
      @ForAll @IntRange(max = 3) int mode,
      @ForAll @IntRange(min = 2, max = 8) int sources) {
    BeeColony colony = colony(preset, sources, 5, 1000).with(Mode.values()[mode]);
    SearchSpace space = Problems.space(seed);
    Searcher searcher = colony.start(space, Objective.FITNESS, seed);
    Drive drive = Drive.of(searcher, Problems.fitness(seed, 0.1), 1);
    assertThat(drive.codes()).allMatch(space::contains);
    double first =
        LongStream.range(0, sources)
            .mapToDouble(i -> drive.told.get(i).value())
            .max()
            .orElseThrow();
    double last = searcher.population().stream().mapToDouble(Evaluation::value).max().orElseThrow();
    assertThat(last).as("no scout has flown").isGreaterThanOrEqualTo(first);
  }

  @Test
  void tenBeesTakeAboutThreeWavesAPhase() {
    double waves = 0;
    int phases = 0;
    int mostOpen = 0;
    for (long seed = 0; seed < 100; seed++) {
      Searcher searcher =
          BeeColony.standard()
              .withSize(10, 10, 1000)
              .start(Problems.space(seed), Objective.FITNESS, seed);
      Drive drive = Drive.of(searcher, Problems.fitness(seed, 0), seed);
      for (int phase = 1; phase <= 20; phase++) {
        waves +=
            LongStream.range(10L * phase, 10L * phase + 10)
                .mapToInt(i -> drive.told.get(i).proposal().origin().wave() + 1)
                .max()
                .orElseThrow();
        phases++;
      }
      mostOpen = Math.max(mostOpen, drive.mostOpen);
    }
    assertThat(mostOpen).isEqualTo(10);
    assertThat(waves / phases).isBetween(2.8, 3.2);
  }

  @Property(tries = 100)
  void theLongestChainBehindAStepIsKnownWhenItIsAsked(
      @ForAll long seed, @ForAll @IntRange(min = 2, max = 12) int sources) {
    Searcher searcher =
        BeeColony.standard()
            .withSize(sources, 3, 2)
            .start(Problems.space(seed), Objective.FITNESS, seed);
    Drive drive = Drive.of(searcher, Problems.fitness(seed, 0), seed);
    Map<Long, Integer> behind = new HashMap<>();
    for (Evaluation each : drive.told.descendingMap().values()) {
      int own = behind.getOrDefault(each.index(), 0);
      assertThat(each.proposal().behind()).isEqualTo(own);
      each.proposal().origin().after().forEach(before -> behind.merge(before, own + 1, Math::max));
    }
  }

  @Test
  void whatMostWaitForIsAskedFirst() {
    Searcher searcher =
        BeeColony.standard().withSize(12, 1, 2).start(Problems.space(1), Objective.FITNESS, 1);
    List<Proposal> initial = searcher.ask(100);
    initial.forEach(each -> searcher.tell(Drive.evaluation(each, Fitness.of(1))));
    List<Proposal> employed = searcher.ask(100);
    assertThat(employed)
        .extracting(Proposal::behind)
        .isSortedAccordingTo(Comparator.reverseOrder());
    assertThat(employed.get(0).behind()).isPositive();
    assertThat(employed)
        .extracting(Proposal::index)
        .isNotEqualTo(employed.stream().map(Proposal::index).sorted().toList());
  }

  @Test
  void aWindowIsTheMostUnderWay() {
    Searcher searcher =
        BeeColony.standard().withWindow(4).start(Problems.space(1), Objective.FITNESS, 1);
    assertThat(Drive.of(searcher, Problems.fitness(1, 0), 1).mostOpen).isEqualTo(4);
  }
}
