package org.espalier.jobs;

import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.espalier.graph.LayerCost;
import org.espalier.jobs.config.ScopConfig;
import org.espalier.jobs.config.ScopJobConfig;
import org.espalier.jobs.config.Section;
import org.espalier.jobs.progress.StageResult;
import org.espalier.jobs.progress.StageStart;
import org.espalier.jobs.report.ControlFactors;
import org.espalier.jobs.report.LayerChange;
import org.espalier.prune.scop.PrunedLayer;
import org.espalier.prune.scop.Scop;
import org.espalier.spark.training.DistributedRecalibration;
import org.espalier.spark.training.Evaluation;
import org.espalier.spark.training.TrainingPlan;
import org.espalier.spark.training.TrainingState;
import org.espalier.weights.WeightsFile;

/** One pass through SCOP's stages; each goes on where an earlier run of the job ended. */
final class ScopRun {
  private static final String RECALIBRATE = "recalibrate";

  private final ScopJobConfig config;
  private final JobContext context;
  private final Workshop workshop;
  private final Measuring measuring;
  private final Scop scop;

  ScopRun(
      ScopJobConfig config, JobContext context, Workshop workshop, Measuring measuring, Scop scop) {
    this.config = config;
    this.context = context;
    this.workshop = workshop;
    this.measuring = measuring;
    this.scop = scop;
  }

  /** Prunes a network, fills the report and writes the slim one. */
  void prune(ComputationGraph given) throws IOException {
    ComputationGraph baseline = baseline(given);
    context.report().before(measuring.measure(baseline));
    ComputationGraph scored = scored(baseline);
    List<PrunedLayer> layers = scop.select(scored);
    ComputationGraph slim = Scop.slim(baseline, PrunedLayer.selection(layers));
    report(layers, baseline, slim);
    ComputationGraph tuned =
        workshop.train("fine-tune", () -> recalibrated(slim), config.scop().fineTune(), measuring);
    context.report().after(measuring.measure(tuned));
    WeightsFile.save(tuned, context.path("model.zip"), context.hadoop());
  }

  private ComputationGraph baseline(ComputationGraph given) throws IOException {
    return config.training().epochs() == 0
        ? given
        : workshop.train("baseline", () -> given, config.training(), measuring);
  }

  /** Returns the network with its control factors, where the importance asks for them. */
  private ComputationGraph scored(ComputationGraph baseline) throws IOException {
    ScopConfig settings = config.scop();
    if (!settings.importance().needsFactors()) {
      context
          .report()
          .note(
              "Control arm: channels were ranked by "
                  + Section.nameOf(settings.importance())
                  + ".");
      return baseline;
    }
    TrainingPlan plan =
        workshop.plan("knockoff", settings.epochs(), settings.batch()).withAdapter(scop.batches());
    Stages.Conduct conduct =
        new Stages.Conduct(settings.averagingInterval(), epoch -> settings.learningRate(), null);
    return workshop
        .stages()
        .run(plan, conduct, () -> TrainingState.begin(scop.apply(baseline)))
        .toGraph();
  }

  private ComputationGraph recalibrated(ComputationGraph slim) throws IOException {
    if (!config.scop().recalibrate()) {
      return slim;
    }
    long images = workshop.train().images();
    context.progress().stageStarted(new StageStart(RECALIBRATE, 1, 1, images));
    long start = System.nanoTime();
    ComputationGraph recalibrated = recalibrate(slim);
    double seconds = (System.nanoTime() - start) / 1e9;
    Evaluation test = measuring.accuracy(recalibrated);
    context.progress().stageEnded(StageResult.of(RECALIBRATE, 1, images, seconds, test.top1()));
    return recalibrated;
  }

  private ComputationGraph recalibrate(ComputationGraph slim) {
    TrainingPlan plan = workshop.plan(RECALIBRATE, 1, config.scop().batch());
    return DistributedRecalibration.recalibrate(
        context.sparkContext(), slim, workshop.train(), plan);
  }

  private void report(List<PrunedLayer> layers, ComputationGraph baseline, ComputationGraph slim) {
    Map<String, LayerCost> before = costs(baseline);
    Map<String, LayerCost> after = costs(slim);
    for (PrunedLayer layer : layers) {
      List<Integer> kept = Arrays.stream(layer.kept()).boxed().toList();
      context
          .report()
          .layer(
              new LayerChange(
                  layer.name(),
                  layer.channelsBefore(),
                  layer.channelsAfter(),
                  before.get(layer.name()).macs(),
                  after.get(layer.name()).macs(),
                  kept));
      boolean[] isKept = new boolean[layer.channelsBefore()];
      kept.forEach(channel -> isKept[channel] = true);
      if (config.scop().importance().needsFactors()) {
        context
            .report()
            .controlFactors(ControlFactors.count(layer.name(), layer.factors(), isKept));
      }
    }
    Map<String, int[]> kept = new LinkedHashMap<>();
    layers.forEach(layer -> kept.put(layer.name(), layer.kept()));
    context.events().add("pruned", Map.of("kept", kept));
  }

  private Map<String, LayerCost> costs(ComputationGraph network) {
    return measuring.cost(network).layers().stream()
        .collect(Collectors.toMap(LayerCost::name, Function.identity()));
  }
}
