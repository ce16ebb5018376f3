package org.espalier.search.baseline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
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
import org.espalier.search.SearchSpace;
import org.espalier.search.Searcher;
import org.espalier.search.Strategy;
import org.espalier.search.colony.BeeColony;
import org.junit.jupiter.api.Test;

class BaselinesTest {
  private static int differences(Code a, Code b) {
    return (int) IntStream.range(0, a.length()).filter(i -> a.at(i) != b.at(i)).count();
  }

  @Property(tries = 50)
  void noOrderOfCompletionMakesADifference(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 30) int window) {
    Function<Code, Fitness> fitness = Problems.fitness(seed, 0.2);
    SearchSpace space = Problems.space(seed);
    RegularizedEvolution evolution = new RegularizedEvolution(60, 8, 3, window, List.of());
    for (var strategy : List.of(evolution, RandomSearch.of(60))) {
      Drive first = Drive.of(strategy.start(space, Objective.FITNESS, seed), fitness, 1);
      Drive second = Drive.of(strategy.start(space, Objective.FITNESS, seed), fitness, 2);
      assertThat(first.told).hasSize(60);
      assertThat(first.codes()).allMatch(space::contains);
      assertThat(second.results()).isEqualTo(first.results());
    }
  }

  @Test
  void aChildDiffersFromAMemberOfTheLastGenerationInOneNumber() {
    SearchSpace space = SearchSpace.uniform(6, 1, 4);
    RegularizedEvolution evolution = new RegularizedEvolution(200, 10, 4, 1, List.of());
    Searcher searcher = evolution.start(space, Objective.FITNESS, 1);
    Drive drive = Drive.of(searcher, Problems.fitness(1, 0), 1);
    List<Code> codes = drive.codes();
    for (int i = 10; i < codes.size(); i++) {
      Code child = codes.get(i);
      assertThat(codes.subList(i - 10, i))
          .as("the population of child %d", i)
          .anyMatch(parent -> differences(parent, child) == 1);
    }
    assertThat(searcher.population())
        .extracting(Evaluation::index)
        .isEqualTo(LongStream.range(190, 200).boxed().toList());
  }

  @Test
  void mutationsReachEveryOtherNumber() {
    SearchSpace space = SearchSpace.of(new int[] {1, 5}, new int[] {4, 5});
    Searcher searcher =
        new RegularizedEvolution(400, 1, 1, 1, List.of()).start(space, Objective.FITNESS, 1);
    List<Code> codes = Drive.of(searcher, Problems.fitness(1, 0), 1).codes();
    Set<String> steps = new TreeSet<>();
    for (int i = 1; i < codes.size(); i++) {
      steps.add(codes.get(i - 1).at(0) + ">" + codes.get(i).at(0));
    }
    assertThat(steps).hasSize(4 * 3);
  }

  @Test
  void evolutionFindsTheTopOfAHill() {
    SearchSpace space = SearchSpace.uniform(6, 1, 9);
    Searcher searcher = RegularizedEvolution.of(3_000).start(space, Objective.FITNESS, 1);
    Drive drive =
        Drive.of(
            searcher,
            code ->
                Fitness.of(
                    60 - IntStream.of(code.toArray()).mapToDouble(i -> Math.abs(i - 6)).sum()),
            1);
    assertThat(drive.told.values()).anyMatch(each -> each.value() == 60);
  }

  @Test
  void aSpaceOfOneCodeIsSearched() {
    Searcher searcher =
        RegularizedEvolution.of(30).start(SearchSpace.uniform(2, 3, 3), Objective.FITNESS, 1);
    assertThat(Drive.of(searcher, Problems.fitness(1, 0), 1).codes()).containsOnly(Code.of(3, 3));
  }

  @Property(tries = 100)
  void uniformNumbersDifferByOneAtMostAndComeNearTheLimit(
      @ForAll @IntRange(min = 1, max = 30) int length,
      @ForAll @IntRange(min = 1, max = 12) int choices,
      @ForAll @DoubleRange(min = 0, max = 1) double share) {
    SearchSpace space = SearchSpace.uniform(length, 2, 1 + choices);
    // Each step is a unit of cost, so that every whole limit is kept exactly.
    ToDoubleFunction<Code> cost = code -> IntStream.of(code.toArray()).sum();
    double most = 2 * length + Math.floor(share * length * (choices - 1));

    Code code = UniformWidths.within(space, cost, most).code();

    assertThat(space.contains(code)).isTrue();
    assertThat(cost.applyAsDouble(code)).isEqualTo(most);
    int[] numbers = code.toArray();
    int least = IntStream.of(numbers).min().orElseThrow();
    assertThat(IntStream.of(numbers)).allMatch(number -> number - least <= 1);
    for (int i = 0; i < length; i++) {
      assertThat(IntStream.of(numbers).limit(i + 1).sum())
          .isEqualTo((int) (most * (i + 1)) / length);
    }
  }

  @Test
  void uniformWidthsTakeTheDearestWithinTheLimitNotTheWidest() {
    SearchSpace space = SearchSpace.uniform(3, 1, 2);
    // (1, 1, 1), (1, 1, 2), (1, 2, 2) and (2, 2, 2) cost 3, 9, 5 and 12.
    ToDoubleFunction<Code> cost =
        code -> List.of(3, 9, 5, 12).get(IntStream.of(code.toArray()).sum() - 3);

    assertThat(UniformWidths.within(space, cost, 11).code()).isEqualTo(Code.of(1, 1, 2));
    assertThat(UniformWidths.within(space, cost, 8).code()).isEqualTo(Code.of(1, 2, 2));
    assertThat(UniformWidths.within(space, cost, Double.POSITIVE_INFINITY).code())
        .isEqualTo(Code.of(2, 2, 2));
    assertThatThrownBy(() -> UniformWidths.within(space, cost, 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot keep uniform widths: none of them is within the limit (2.0)");
  }

  @Test
  void uniformWidthsStayWithinBoundsThatDiffer() {
    SearchSpace space = SearchSpace.of(new int[] {1, 4, 1}, new int[] {9, 9, 2});
    ToDoubleFunction<Code> cost = code -> IntStream.of(code.toArray()).sum();

    assertThat(UniformWidths.within(space, cost, 9).code()).isEqualTo(Code.of(3, 4, 2));
    assertThat(UniformWidths.within(space, cost, 99).code()).isEqualTo(space.mostCode());
    assertThat(UniformWidths.within(space, cost, 6).code()).isEqualTo(space.leastCode());
  }

  @Test
  void uniformWidthsAreEvaluatedOnce() {
    SearchSpace space = SearchSpace.uniform(4, 1, 9);
    UniformWidths uniform = new UniformWidths(Code.of(5, 5, 5, 6));
    Drive drive = Drive.of(uniform.start(space, Objective.FITNESS, 1), Problems.fitness(1, 0), 1);

    assertThat(drive.codes()).containsExactly(uniform.code());
    assertThatThrownBy(() -> uniform.start(SearchSpace.uniform(4, 1, 5), Objective.FITNESS, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot keep uniform widths: the code is not of the space ([5, 5, 5, 6])");
  }

  @Test
  void settingsOutOfRangeAreRefused() {
    assertThatThrownBy(() -> RandomSearch.of(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot search at random: evaluations must be at least 1 (0)");
    assertThatThrownBy(() -> new RegularizedEvolution(5, 6, 1, 1, List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot evolve: evaluations must be at least the population (5)");
    assertThatThrownBy(() -> new RegularizedEvolution(5, 5, 0, 1, List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot evolve: sample must be at least 1 (0)");
    assertThatThrownBy(() -> RegularizedEvolution.of(5).withWindow(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot evolve: window must be at least 1 (0)");
    List<Code> six = Collections.nCopies(6, Code.of(1));
    assertThatThrownBy(() -> RegularizedEvolution.of(5).withInitial(six))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Cannot evolve: initial codes must be at most as many as the population, 5 (6)");
    assertThatThrownBy(() -> RandomSearch.of(5).withInitial(six))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Cannot search at random: initial codes must be at most as many as evaluations, 5 (6)");
    assertThatThrownBy(() -> BeeColony.paper().withInitial(six))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Cannot make a bee colony: initial codes must be at most as many as sources, 3 (6)");
  }

  @Test
  void initialCodesComeFirstAndAllElseAsWithoutThem() {
    SearchSpace space = SearchSpace.uniform(4, 1, 9);
    List<Code> given = List.of(Code.of(5, 5, 5, 6), Code.of(9, 9, 9, 9));
    Function<Code, Fitness> fitness = code -> Fitness.of(code.at(0));
    for (List<Strategy> pair :
        List.<List<Strategy>>of(
            List.of(RandomSearch.of(12), RandomSearch.of(12).withInitial(given)),
            List.of(RegularizedEvolution.of(12), RegularizedEvolution.of(12).withInitial(given)))) {
      List<List<Code>> codes =
          pair.stream()
              .map(each -> each.start(space, Objective.FITNESS, 3))
              .map(each -> Drive.of(each, fitness, 1).codes())
              .toList();
      assertThat(codes.get(1).subList(0, 2)).isEqualTo(given);
      assertThat(codes.get(1).subList(2, 12)).isEqualTo(codes.get(0).subList(2, 12));
    }
  }

  @Test
  void initialCodesHaveToBeOfTheSpace() {
    SearchSpace space = SearchSpace.uniform(2, 1, 4);
    List<Code> given = List.of(Code.of(4, 5));
    for (Strategy strategy :
        List.of(
            RandomSearch.of(5).withInitial(given),
            RegularizedEvolution.of(5).withInitial(given),
            BeeColony.standard().withInitial(given))) {
      assertThatThrownBy(() -> strategy.start(space, Objective.FITNESS, 1))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("Cannot begin a search: the initial code is not of the space ([4, 5])");
    }
  }
}
