package org.espalier.search.colony;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.IntStream;
import org.espalier.search.Drive;
import org.espalier.search.Evaluation;
import org.espalier.search.Fitness;
import org.espalier.search.Objective;
import org.espalier.search.Proposal;
import org.espalier.search.SearchSpace;
import org.espalier.search.Searcher;
import org.junit.jupiter.api.Test;

class BeeColonyTest {
  @Test
  void presetsAreThoseOfTheSources() {
    assertThat(BeeColony.paper())
        .returns(3, BeeColony::sources)
        .returns(2, BeeColony::cycles)
        .returns(2, BeeColony::limit)
        .returns(Rounding.NEAREST, BeeColony::rounding)
        .returns(Onlookers.BERNOULLI, BeeColony::onlookers)
        .returns(Scouts.ALL_ABOVE_LIMIT, BeeColony::scouts);
    assertThat(BeeColony.officialCode())
        .returns(10, BeeColony::sources)
        .returns(Rounding.TRUNCATE, BeeColony::rounding)
        .returns(Onlookers.CYCLIC, BeeColony::onlookers)
        .returns(Scouts.WORST_AT_LIMIT, BeeColony::scouts);
    assertThat(BeeColony.standard())
        .returns(Mode.WAVE, BeeColony::mode)
        .returns(Positions.ALL, BeeColony::positions);
  }

  @Test
  void settingsOutOfRangeAreRefused() {
    assertThatThrownBy(() -> BeeColony.standard().withSize(1, 1, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot make a bee colony: sources must be at least 2 (1)");
    assertThatThrownBy(() -> BeeColony.standard().withSize(2, -1, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot make a bee colony: cycles must be at least 0 (-1)");
    assertThatThrownBy(() -> BeeColony.standard().withSize(2, 1, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot make a bee colony: limit must be at least 1 (0)");
    assertThatThrownBy(() -> BeeColony.standard().withWindow(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot make a bee colony: window must be at least 1 (0)");
    assertThatThrownBy(() -> Positions.distinct(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot make a bee colony: positions must be at least 1 (0)");
    SearchSpace line = SearchSpace.uniform(1, 1, 9);
    assertThatThrownBy(() -> BeeColony.officialCode().start(line, Objective.FITNESS, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Cannot start a bee colony: drawing all positions but the last takes two of them (1)");
  }

  @Test
  void aColonyFindsTheTopOfAHill() {
    SearchSpace space = SearchSpace.uniform(6, 1, 9);
    Searcher searcher =
        BeeColony.standard().withSize(10, 40, 20).start(space, Objective.FITNESS, 3);
    Drive.of(
        searcher,
        code ->
            Fitness.of(60 - IntStream.of(code.toArray()).mapToDouble(i -> Math.abs(i - 6)).sum()),
        1);
    assertThat(searcher.population()).anyMatch(each -> each.value() == 60);
  }

  @Test
  void whereTheCostCountsSourcesSpreadFromDearToCheap() {
    SearchSpace space = SearchSpace.uniform(4, 1, 9);
    Searcher searcher =
        BeeColony.standard()
            .withSize(6, 60, 200)
            .start(space, Objective.pareto(2, space.length() * 9), 1);
    while (!searcher.isFinished()) {
      for (Proposal proposal : searcher.ask(1)) {
        double cost = IntStream.of(proposal.code().toArray()).sum();
        searcher.tell(
            new Evaluation(
                proposal,
                0,
                proposal.code(),
                cost,
                Fitness.of(Math.sqrt(cost / 36)),
                Evaluation.How.EVALUATED));
      }
    }
    assertThat(searcher.population().get(0).cost()).isEqualTo(36);
    assertThat(searcher.population().get(5).cost())
        .as("sqrt(c) - 2 c is greatest at c = 1/16 of 36")
        .isLessThanOrEqualTo(6);
  }
}
