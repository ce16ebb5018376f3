package org.espalier.jobs;

import java.io.IOException;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.espalier.graph.ChannelGroup;
import org.espalier.jobs.config.AbcConfig;
import org.espalier.jobs.config.DataConfig;
import org.espalier.jobs.config.TrainingConfig;
import org.espalier.prune.channel.KeptOutputs;
import org.espalier.search.Code;
import org.espalier.search.Evaluation;
import org.espalier.search.Finalist;
import org.espalier.search.SearchResult;
import org.espalier.search.structure.Structures;

/**
 * Search for the widths of a network's layers, by ABCPruner's bees or another searcher; the
 * winner's network is fine-tuned from the weights of the channels that stay.
 */
final class AbcStep implements CompressionStep {
  private final AbcConfig config;
  private final long seed;
  private final DataConfig data;
  private final TrainingImages images;
  private final JobContext context;
  private final StructureRecipe recipe;

  AbcStep(AbcConfig config, long seed, DataConfig data, TrainingImages images, JobContext context) {
    this.config = config;
    this.seed = seed;
    this.data = data;
    this.images = images;
    this.context = context;
    this.recipe = StructureRecipe.of(config, images.train().set().shape());
  }

  @Override
  public Optional<TrainingConfig> fineTune() {
    return Optional.of(config.fineTune());
  }

  /** Says how many evaluations there will be, and makes the least network. */
  @Override
  public ComputationGraph rehearse(ComputationGraph network) {
    Structures structures = recipe.structures(network);
    AbcCosts costs = AbcCosts.of(config, structures);
    costs.check();
    costs.strategy().start(structures.space(), costs.objective(), seed);
    context.out().println(AbcBudget.text(config, costs, images.train().set().size()));
    context.out().flush();
    return structures.network(structures.space().leastCode(), seed);
  }

  @Override
  public ComputationGraph run(ComputationGraph network, Bench bench, KeptChannels kept)
      throws IOException {
    Structures structures = recipe.structures(network);
    AbcCosts costs = AbcCosts.of(config, structures);
    SearchResult result =
        new AbcSearch(config, seed, data, images, recipe, context, costs)
            .run(network, bench.stage("search"));
    Code winner = result.winner().orElseThrow();
    long draw = bestDraw(result, winner);
    Map<String, int[]> outputs = outputs(network, structures, structures.kept(winner, draw));
    outputs.forEach(kept::keep);
    context.events().add("pruned", Map.of("kept", outputs));
    OptionalInt recalibration =
        config.fidelity().recalibrate() > 0
            ? OptionalInt.of(config.fineTune().batch())
            : OptionalInt.empty();
    return bench.tune(structures.network(winner, draw), "", recalibration, config.fineTune());
  }

  private static Map<String, int[]> outputs(
      ComputationGraph network, Structures structures, Map<String, int[]> kept) {
    Map<ChannelGroup, int[]> groups = new LinkedHashMap<>();
    kept.forEach((name, channels) -> groups.put(structures.groups().group(name), channels));
    return KeptOutputs.of(network, groups);
  }

  /**
   * Returns the seed of the winner's best evaluation, by which its channels were drawn: of its
   * replicates, where it was a finalist.
   */
  private long bestDraw(SearchResult result, Code winner) {
    Evaluation best =
        result.finalists().stream()
            .filter(finalist -> finalist.found().code().equals(winner))
            .map(Finalist::replicates)
            .flatMap(replicates -> replicates.stream())
            .max(Comparator.comparingDouble(Evaluation::value))
            .orElseGet(() -> result.best().orElseThrow());
    return config.preset().seeds().seed(seed, best.index(), winner, best.replicate());
  }
}
