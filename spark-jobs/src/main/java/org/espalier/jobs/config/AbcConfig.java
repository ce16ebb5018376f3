package org.espalier.jobs.config;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.ToDoubleFunction;
import org.espalier.search.Code;
import org.espalier.search.Finalists;
import org.espalier.search.SearchSpace;
import org.espalier.search.Strategy;
import org.espalier.search.baseline.RandomSearch;
import org.espalier.search.baseline.RegularizedEvolution;
import org.espalier.search.baseline.UniformWidths;
import org.espalier.search.colony.BeeColony;
import org.espalier.search.colony.Mode;
import org.espalier.search.structure.BatchNorms;
import org.espalier.search.structure.Widths;

/**
 * Search for the widths of a network's layers.
 *
 * @param searcher who searches
 * @param preset the ways of the bees
 * @param colony the bees; also for what other searchers have as many evaluations as
 * @param initial what the first source, or the first code of random search and evolution, is
 * @param evaluations of random search and evolution, at least 1
 * @param window candidates under way at once, for evolution, at least 1
 * @param widths the widths searched
 * @param groups the layers searched
 * @param filters which channels stay
 * @param batchNorm what batch normalisation begins with
 * @param constraint the most that a candidate may cost
 * @param objective what candidates are compared by
 * @param price of cost, in fitness, for {@link Aim#PARETO}, above 0
 * @param heldOut training images held out, at least 1
 * @param fidelity how well a candidate is got to know
 * @param promotion the best codes that are judged more carefully first
 * @param finalists the best codes that are evaluated again
 * @param finalEpochs passes over the images for each of their evaluations, at least 0
 * @param timeLimit of a candidate; empty for none
 * @param fineTune training of the winner
 */
public record AbcConfig(
    SearcherKind searcher,
    AbcPreset preset,
    BeeColony colony,
    InitialRule initial,
    OptionalLong evaluations,
    int window,
    Widths widths,
    GroupRule groups,
    FilterRule filters,
    BatchNorms batchNorm,
    ConstraintConfig constraint,
    Aim objective,
    double price,
    int heldOut,
    FidelityConfig fidelity,
    PromotionConfig promotion,
    Finalists finalists,
    int finalEpochs,
    Optional<Duration> timeLimit,
    TrainingConfig fineTune) {

  static AbcConfig from(Section section) {
    AbcPreset preset = section.choice("preset", AbcPreset.class);
    SearcherKind searcher = section.choice("searcher", SearcherKind.class);
    int window = section.whole("window", 1);
    FidelityConfig fidelity = FidelityConfig.from(section.section("fidelity"));
    Section finalists = section.section("finalists");
    int codes = finalists.whole("codes", 0);
    OptionalInt seconds = section.optionalWhole("timeLimit", 1);
    return new AbcConfig(
        searcher,
        preset,
        colony(section, preset, window),
        section.isNull("initial") ? preset.initial() : section.choice("initial", InitialRule.class),
        evaluations(section, searcher),
        window,
        widths(section.section("widths")),
        section.choice("groups", GroupRule.class),
        section.isNull("filters") ? preset.filters() : section.choice("filters", FilterRule.class),
        section.isNull("batchNorm")
            ? preset.batchNorm()
            : section.choice("batchNorm", BatchNorms.class),
        ConstraintConfig.from(section.section("constraint")),
        section.choice("objective", Aim.class),
        section.number("price", Interval.above(0)),
        section.whole("heldOut", 1),
        fidelity,
        promotion(section.section("promotion"), codes, fidelity),
        new Finalists(codes, finalists.whole("replicates", 1)),
        finalists.optionalWhole("epochs", 0).orElse(fidelity.epochs()),
        seconds.isPresent()
            ? Optional.of(Duration.ofSeconds(seconds.getAsInt()))
            : Optional.empty(),
        TrainingConfig.from(section.section("fineTune")));
  }

  private static BeeColony colony(Section section, AbcPreset preset, int window) {
    BeeColony bees = preset.colony();
    BeeColony sized =
        bees.withSize(
            section.optionalWhole("sources", 2).orElse(bees.sources()),
            section.optionalWhole("cycles", 0).orElse(bees.cycles()),
            section.optionalWhole("limit", 1).orElse(bees.limit()));
    OptionalInt positions = section.optionalWhole("positions", 1);
    BeeColony changing = positions.isPresent() ? sized.withPositions(positions.getAsInt()) : sized;
    Mode mode = section.choice("mode", Mode.class);
    return mode == Mode.ASYNC_WINDOW ? changing.withWindow(window) : changing.with(mode);
  }

  private static PromotionConfig promotion(
      Section section, int finalists, FidelityConfig fidelity) {
    PromotionConfig promotion = PromotionConfig.from(section, finalists);
    if (promotion.images().isPresent() && promotion.images().getAsInt() < fidelity.batch()) {
      throw section.error(
          "images", "must be at least abc.fidelity.batch (" + fidelity.batch() + ")");
    }
    return promotion;
  }

  private static OptionalLong evaluations(Section section, SearcherKind searcher) {
    if (section.isNull("evaluations")) {
      return OptionalLong.empty();
    }
    if (searcher == SearcherKind.BEES) {
      throw section.error(
          "evaluations", "must be null when abc.searcher is bees, who have sources and cycles");
    }
    if (searcher == SearcherKind.UNIFORM) {
      throw section.error(
          "evaluations", "must be null when abc.searcher is uniform, which evaluates one code");
    }
    return OptionalLong.of(section.whole("evaluations", 1));
  }

  private static Widths widths(Section section) {
    int steps = section.whole("steps", 1);
    int least = section.whole("least", 0);
    int most = section.whole("most", 0);
    if (least > most) {
      throw section.error("least", "must be at most abc.widths.most (" + most + ")");
    }
    if (most > steps) {
      throw section.error("most", "must be at most abc.widths.steps (" + steps + ")");
    }
    return new Widths(steps, least, most);
  }

  /**
   * Returns the searcher.
   *
   * @param cost the cost of a code
   * @param most the greatest cost allowed, or infinity
   */
  public Strategy strategy(SearchSpace space, ToDoubleFunction<Code> cost, double most) {
    boolean uniform = initial == InitialRule.UNIFORM || searcher == SearcherKind.UNIFORM;
    List<Code> first =
        uniform ? List.of(UniformWidths.within(space, cost, most).code()) : List.of();
    return switch (searcher) {
      case BEES -> colony.withInitial(first);
      case RANDOM -> RandomSearch.of(budget()).withInitial(first);
      case EVOLUTION -> RegularizedEvolution.of(budget()).withWindow(window).withInitial(first);
      case UNIFORM -> new UniformWidths(first.get(0));
    };
  }

  /** Returns the evaluations of the search, scouts and finalists aside; the bees make no more. */
  public long budget() {
    if (searcher == SearcherKind.UNIFORM) {
      return 1;
    }
    long n = colony.sources();
    return evaluations.orElse(n + 2 * n * colony.cycles());
  }
}
