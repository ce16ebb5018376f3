package org.espalier.jobs;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.hadoop.conf.Configuration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.espalier.compress.BatchAdapter;
import org.espalier.data.RandomStreams;
import org.espalier.jobs.config.Budget;
import org.espalier.jobs.config.ChannelScore;
import org.espalier.jobs.config.DataConfig;
import org.espalier.jobs.config.PruneConfig;
import org.espalier.jobs.config.TrainingConfig;
import org.espalier.prune.channel.ChannelPruner;
import org.espalier.prune.channel.ChannelPruning;
import org.espalier.prune.channel.Importance;
import org.espalier.prune.channel.Importances;
import org.espalier.prune.channel.Pruned;
import org.espalier.prune.channel.PrunedGroup;
import org.espalier.prune.channel.Target;
import org.espalier.prune.channel.Taylor;
import org.espalier.prune.channel.Unpruned;
import org.nd4j.linalg.dataset.DataSet;

/** Pruning by the importance of channels, in one or several steps, each fine-tuned. */
final class PruneStep implements CompressionStep {
  private static final int LATENCY_RUNS = 101;

  private final PruneConfig config;
  private final long seed;
  private final List<DataSet> batches;
  private final InputType input;

  private PruneStep(PruneConfig config, long seed, List<DataSet> batches, InputType input) {
    this.config = config;
    this.seed = seed;
    this.batches = batches;
    this.input = input;
  }

  /** Makes the step, with the images that its importance asks for. */
  static PruneStep of(
      PruneConfig config, long seed, DataConfig data, Images train, Configuration hadoop)
      throws IOException {
    List<DataSet> batches = List.of();
    if (config.importance() == ChannelScore.TAYLOR) {
      batches =
          Samples.spread(train, data, config.taylorImages(), config.taylorBatch(), hadoop).stream()
              .map(
                  batch ->
                      BatchAdapter.plain()
                          .adapt(batch, train.classes(), RandomStreams.of(seed, "taylor", 0)))
              .toList();
    }
    return new PruneStep(config, seed, batches, Images.inputType(train.set().shape()));
  }

  @Override
  public Optional<TrainingConfig> fineTune() {
    return Optional.of(config.fineTune());
  }

  /** Prunes, by chance where scores take images, and to a share of channels for a latency. */
  @Override
  public ComputationGraph rehearse(ComputationGraph network) {
    Importance importance =
        config.importance() == ChannelScore.TAYLOR ? Importances.random(seed) : importance();
    Target target = config.target() == Budget.LATENCY ? Target.channels(config.rate()) : target();
    return pruner(importance, target).convert(network);
  }

  @Override
  public ComputationGraph run(ComputationGraph network, Bench bench, KeptChannels kept)
      throws IOException {
    ChannelPruner pruner = pruner(importance(), target());
    Unpruned unpruned = pruner.unpruned(network);
    ComputationGraph current = network;
    for (int step = 1; step <= config.steps(); step++) {
      String suffix = config.steps() == 1 ? "" : "-" + step;
      ComputationGraph before = current;
      int number = step;
      Map<String, int[]> selected =
          bench
              .workshop()
              .stages()
              .decision(
                  bench.stage("pruned" + suffix),
                  () -> PrunedGroup.kept(pruner.select(before, unpruned, number)));
      Pruned pruned = pruner.cut(current, selected);
      pruned.layers().forEach(kept::keep);
      bench.context().events().add("pruned", Map.of("kept", pruned.layers()));
      OptionalInt recalibration =
          config.recalibrate() ? OptionalInt.of(config.fineTune().batch()) : OptionalInt.empty();
      current = bench.tune(pruned.network(), suffix, recalibration, config.fineTune());
    }
    return current;
  }

  private ChannelPruner pruner(Importance importance, Target target) {
    return new ChannelPruner(
        new ChannelPruning(
            importance,
            config.aggregation(),
            config.ranking(),
            target,
            config.steps(),
            config.minimum(),
            config.multiple(),
            config.ignored()),
        input);
  }

  private Importance importance() {
    return switch (config.importance()) {
      case L1 -> Importances.l1();
      case L2 -> Importances.l2();
      case SCALE -> Importances.scale();
      case GEOMETRIC_MEDIAN -> Importances.geometricMedian();
      case TAYLOR -> new Taylor(batches);
      case RANDOM -> Importances.random(seed);
    };
  }

  private Target target() {
    double remaining = 1 - config.rate();
    return switch (config.target()) {
      case CHANNELS -> Target.channels(config.rate());
      case PARAMETERS -> Target.parameters(remaining, input);
      case MACS -> Target.macs(remaining, input);
      case LATENCY -> Target.latency(remaining, LATENCY_RUNS, input);
    };
  }
}
