package org.espalier.jobs;

import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.espalier.data.ImageShape;
import org.espalier.graph.ChannelGroups;
import org.espalier.jobs.config.AbcConfig;
import org.espalier.jobs.config.FilterRule;
import org.espalier.jobs.config.GroupRule;
import org.espalier.prune.channel.Importance;
import org.espalier.prune.channel.Importances;
import org.espalier.search.structure.BatchNorms;
import org.espalier.search.structure.Filters;
import org.espalier.search.structure.SearchedGroups;
import org.espalier.search.structure.Structures;
import org.espalier.search.structure.Widths;
import org.espalier.spark.search.CandidateNetworks;

/**
 * How the candidates of a search are made of a network, on the driver and on executors alike.
 *
 * @param steps of {@link Widths}
 * @param least of {@link Widths}
 * @param most of {@link Widths}
 */
record StructureRecipe(
    GroupRule groups,
    int steps,
    int least,
    int most,
    FilterRule filters,
    BatchNorms batchNorm,
    int height,
    int width,
    int channels)
    implements CandidateNetworks.Factory {

  static StructureRecipe of(AbcConfig config, ImageShape shape) {
    return new StructureRecipe(
        config.groups(),
        config.widths().steps(),
        config.widths().least(),
        config.widths().most(),
        config.filters(),
        config.batchNorm(),
        shape.height(),
        shape.width(),
        shape.channels());
  }

  @Override
  public CandidateNetworks of(ComputationGraph base) {
    return structures(base)::network;
  }

  /** Returns the candidates within a network, which is not changed. */
  Structures structures(ComputationGraph base) {
    InputType input = Images.inputType(new ImageShape(height, width, channels));
    Structures all = Structures.of(base, input);
    return all.searching(searched(all.groups()))
        .with(new Widths(steps, least, most))
        .with(filters(base, input))
        .with(batchNorm);
  }

  private SearchedGroups searched(ChannelGroups found) {
    return switch (groups) {
      case INSIDE -> SearchedGroups.inside(found);
      case BY_BLOCK -> SearchedGroups.insideByBlock(found);
      case EACH -> SearchedGroups.each(found);
    };
  }

  private Filters filters(ComputationGraph base, InputType input) {
    return switch (filters) {
      case RANDOM -> Filters.random();
      case RANDOM_BUT_LAST -> Filters.randomButLast();
      case L1 -> by(Importances.l1(), base, input);
      case L2 -> by(Importances.l2(), base, input);
      case SCALE -> by(Importances.scale(), base, input);
      case GEOMETRIC_MEDIAN -> by(Importances.geometricMedian(), base, input);
    };
  }

  private static Filters by(Importance importance, ComputationGraph base, InputType input) {
    return Filters.byImportance(base, importance, input);
  }
}
