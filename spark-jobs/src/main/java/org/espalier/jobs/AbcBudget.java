package org.espalier.jobs;

import java.util.List;
import java.util.Locale;
import org.espalier.jobs.config.AbcConfig;
import org.espalier.jobs.config.FidelityConfig;
import org.espalier.jobs.config.SearcherKind;
import org.espalier.jobs.config.Section;
import org.espalier.jobs.search.SearchSummary.Budget;
import org.espalier.search.structure.Structures;

/** How many evaluations a search makes, and how many training images they go through. */
final class AbcBudget {
  private AbcBudget() {}

  /**
   * Counts.
   *
   * @param train the number of training images
   */
  static Budget of(AbcConfig config, long train) {
    long evaluations = config.budget();
    long promoted = Math.min(config.promotion().codes(), evaluations);
    long finalists =
        Math.min(config.finalists().codes(), evaluations) * config.finalists().replicates();
    long each = images(config.fidelity(), train);
    long eachPromoted = images(config.promotion().of(config.fidelity()), train);
    long eachFinal = images(config.fidelity().withEpochs(config.finalEpochs()), train);
    return new Budget(
        evaluations,
        promoted,
        finalists,
        each,
        eachPromoted,
        eachFinal,
        evaluations * each + promoted * eachPromoted + finalists * eachFinal);
  }

  private static long images(FidelityConfig fidelity, long train) {
    int epochs = fidelity.epochs();
    boolean twice = epochs > 1 && fidelity.hopeless() > 0;
    long recalibrate = Math.min(fidelity.recalibrate(), train) * (twice ? 2 : 1);
    return recalibrate + epochs * trained(fidelity, train);
  }

  /** Returns the number of images in a pass of a candidate's training. */
  static long trained(FidelityConfig fidelity, long train) {
    return Math.min(fidelity.images().orElse(Integer.MAX_VALUE), train);
  }

  /** Returns sentences that say what will be searched, how, and at what cost. */
  static String text(AbcConfig config, AbcCosts costs, long train) {
    Budget budget = of(config, train);
    Structures structures = costs.structures();
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "abc: %s, %d layers searched at %d widths of %d each",
            searcher(config),
            structures.positions().stream().mapToInt(List::size).sum(),
            config.widths().most() - config.widths().least() + 1,
            config.widths().steps()));
    costs
        .limit()
        .ifPresent(
            limit ->
                text.append(
                    String.format(
                        Locale.ROOT,
                        "; at most %,.0f %s of %,.0f, by %s",
                        limit.most(),
                        costs.label(),
                        costs.full(),
                        Section.nameOf(limit.handling()))));
    text.append(
        String.format(
            Locale.ROOT,
            "%nabc: %,d evaluations%s, then %s%,d of finalists; %,d training images an evaluation"
                + " (%d epochs of %,d, %,d to recalibrate), about %,d in all; judged on %,d held out",
            budget.evaluations(),
            config.searcher() == SearcherKind.BEES ? ", and one a source abandoned" : "",
            budget.promoted() > 0
                ? String.format(Locale.ROOT, "%,d promoted, ", budget.promoted())
                : "",
            budget.finalists(),
            budget.imagesEach(),
            config.fidelity().epochs(),
            trained(config.fidelity(), train),
            Math.min(config.fidelity().recalibrate(), train),
            budget.images(),
            config.heldOut()));
    return text.toString();
  }

  private static String searcher(AbcConfig config) {
    return switch (config.searcher()) {
      case BEES ->
          String.format(
              Locale.ROOT,
              "bees (%s, %s), %d sources, %d cycles, limit %d",
              Section.nameOf(config.preset()),
              Section.nameOf(config.colony().mode()),
              config.colony().sources(),
              config.colony().cycles(),
              config.colony().limit());
      case RANDOM -> "random search";
      case EVOLUTION -> "regularised evolution, " + config.window() + " children under way at once";
      case UNIFORM -> "the same share of every layer";
    };
  }
}
