package org.espalier.jobs;

import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.espalier.jobs.config.ScopConfig;
import org.espalier.jobs.config.Section;
import org.espalier.jobs.config.TrainingConfig;
import org.espalier.jobs.report.ControlFactors;
import org.espalier.prune.scop.Importance;
import org.espalier.prune.scop.PrunedLayer;
import org.espalier.prune.scop.Scop;
import org.espalier.spark.training.TrainingPlan;
import org.espalier.spark.training.TrainingState;

/** SCOP: learns control factors against knockoffs, removes channels, fine-tunes. */
final class ScopStep implements CompressionStep {
  private final ScopConfig config;
  private final Scop scop;

  ScopStep(ScopConfig config, Scop scop) {
    this.config = config;
    this.scop = scop;
  }

  @Override
  public Optional<TrainingConfig> fineTune() {
    return Optional.of(config.fineTune());
  }

  @Override
  public ComputationGraph rehearse(ComputationGraph network) {
    scop.apply(network);
    Scop chance = new Scop(scop.configuration().withImportance(Importance.RANDOM), scop.source());
    return Scop.slim(network, PrunedLayer.selection(chance.select(network)));
  }

  @Override
  public ComputationGraph run(ComputationGraph network, Bench bench, KeptChannels kept)
      throws IOException {
    List<PrunedLayer> layers = scop.select(scored(network, bench));
    report(layers, bench.context());
    layers.forEach(layer -> kept.keep(layer.name(), layer.kept()));
    ComputationGraph slim = Scop.slim(network, PrunedLayer.selection(layers));
    OptionalInt recalibration =
        config.recalibrate() ? OptionalInt.of(config.batch()) : OptionalInt.empty();
    return bench.tune(slim, "", recalibration, config.fineTune());
  }

  /** Returns the network with its control factors, where the importance asks for them. */
  private ComputationGraph scored(ComputationGraph network, Bench bench) throws IOException {
    if (!config.importance().needsFactors()) {
      bench
          .context()
          .report()
          .note(
              "Control arm: channels were ranked by " + Section.nameOf(config.importance()) + ".");
      return network;
    }
    TrainingPlan plan =
        bench
            .workshop()
            .plan(bench.stage("knockoff"), config.epochs(), config.batch())
            .withAdapter(scop.batches());
    Stages.Conduct conduct =
        new Stages.Conduct(
            bench.workshop().averaging(config.averagingInterval()),
            epoch -> config.learningRate(),
            null);
    return bench
        .workshop()
        .stages()
        .run(plan, conduct, () -> TrainingState.begin(scop.apply(network)))
        .toGraph();
  }

  private void report(List<PrunedLayer> layers, JobContext context) {
    Map<String, int[]> kept = new LinkedHashMap<>();
    for (PrunedLayer layer : layers) {
      kept.put(layer.name(), layer.kept());
      if (config.importance().needsFactors()) {
        boolean[] isKept = new boolean[layer.channelsBefore()];
        Arrays.stream(layer.kept()).forEach(channel -> isKept[channel] = true);
        context
            .report()
            .controlFactors(ControlFactors.count(layer.name(), layer.factors(), isKept));
      }
    }
    context.events().add("pruned", Map.of("kept", kept));
  }
}
