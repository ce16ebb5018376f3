package org.espalier.jobs;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.espalier.data.Part;
import org.espalier.graph.LayerCost;
import org.espalier.jobs.config.CompressionJobConfig;
import org.espalier.jobs.report.LayerChange;
import org.espalier.jobs.report.Measurement;
import org.espalier.quantize.network.QuantizedNetwork;
import org.espalier.spark.training.Shards;
import org.espalier.weights.WeightsFile;

/**
 * The work of the verbs that compress: trains a baseline, sends it through a pipeline of steps,
 * measures it before and after.
 *
 * @param <C> the verb's configuration
 */
abstract class CompressionJob<C extends CompressionJobConfig> implements Job<C> {

  /**
   * A step.
   *
   * @param name its name in the pipeline; empty where it is the only one
   */
  record Named(String name, CompressionStep step) {
    /** What its stages' names begin with. */
    String prefix() {
      return name.isEmpty() ? "" : name + "-";
    }
  }

  /** Returns the pipeline. */
  abstract List<Named> pipeline(C config, TrainingImages images, JobContext context)
      throws IOException;

  /** Returns how many training images are held out, where the pipeline judges networks by such. */
  OptionalInt heldOut(C config) {
    return OptionalInt.empty();
  }

  @Override
  public final void run(C config, JobContext context) throws IOException {
    TrainingImages images =
        TrainingImages.of(
            Images.open(config.data(), Part.TRAIN, context.hadoop()),
            heldOut(config),
            config.seed());
    Images train = images.train();
    Images test = Images.open(config.data(), Part.TEST, context.hadoop());
    ComputationGraph given = Models.load(config.model(), train, config.seed(), context.hadoop());
    List<Named> pipeline = pipeline(config, images, context);
    rehearse(pipeline, given, config, PrecisionCheck.of(context, train));
    try (Workshop workshop =
            Workshop.open(context, config.seed(), config.data(), config.checkpoint(), train, test);
        Watch watch = watch(images.heldOut(), config, context)) {
      workshop.report();
      Measuring measuring =
          Measuring.of(context, test, workshop.test(), config.data(), config.evaluation());
      Bench bench = new Bench(context, workshop, watch.or(measuring), "");
      compress(pipeline, given, config, bench, measuring, train);
      workshop.stages().clear();
    }
  }

  private void rehearse(
      List<Named> pipeline, ComputationGraph given, C config, PrecisionCheck precision) {
    precision.check(config.training(), given);
    ComputationGraph network = given;
    for (Named named : pipeline) {
      network = named.step().rehearse(network);
      ComputationGraph shape = network;
      named.step().fineTune().ifPresent(training -> precision.check(training, shape));
    }
  }

  /** What networks are measured on between the first and the last, where not on test images. */
  private record Watch(Shards shards, Measuring measuring) implements AutoCloseable {
    Measuring or(Measuring test) {
      return measuring == null ? test : measuring;
    }

    @Override
    public void close() {
      if (shards != null) {
        shards.close();
      }
    }
  }

  private Watch watch(Optional<Images> heldOut, C config, JobContext context) throws IOException {
    if (heldOut.isEmpty()) {
      return new Watch(null, null);
    }
    Images images = heldOut.get();
    Shards shards = Shards.contiguous(context.sparkContext(), images.set(), context.partitions());
    return new Watch(
        shards,
        Measuring.of(context, images, shards, config.data(), config.evaluation())
            .named("held-out"));
  }

  private void compress(
      List<Named> pipeline,
      ComputationGraph given,
      C config,
      Bench bench,
      Measuring test,
      Images images)
      throws IOException {
    ComputationGraph baseline =
        config.training().epochs() == 0
            ? given
            : bench.workshop().train("baseline", () -> given, config.training(), bench.measuring());
    JobContext context = bench.context();
    Measurement before = test.accuracyAndCost(baseline);
    KeptChannels kept = new KeptChannels();
    ComputationGraph network = baseline;
    Milestones milestones = new Milestones(images, bench, config.evaluation());
    if (pipeline.size() > 1) {
      milestones.add("baseline", baseline);
    }
    for (Named named : pipeline) {
      Bench own = new Bench(context, bench.workshop(), bench.measuring(), named.prefix());
      network = named.step().run(network, own, kept);
      if (pipeline.size() > 1) {
        milestones.add(named.name(), network);
      }
    }
    report(baseline, network, kept, bench);
    Measurement after = test.accuracyAndCost(network);
    double[] millis = test.latencies(baseline, network);
    context.report().before(before.withLatency(millis[0])).after(after.withLatency(millis[1]));
    WeightsFile.save(network, context.path("model.zip"), context.hadoop());
    if (QuantizedNetwork.isDeployed(network)) {
      writeOnnx(network, images, context);
    }
  }

  private static void writeOnnx(ComputationGraph network, Images images, JobContext context)
      throws IOException {
    try {
      OptionalDouble top1 = OptionalDouble.of(context.report().after().top1());
      long bytes = OnnxFiles.write(network, images, top1, context);
      context.out().printf("%s: %,d bytes%n", OnnxFiles.NAME, bytes);
    } catch (IllegalArgumentException e) {
      String sentence = "There is no %s: %s".formatted(OnnxFiles.NAME, e.getMessage());
      context.report().note(sentence);
      context.out().println(sentence);
    }
    context.out().flush();
  }

  private static void report(
      ComputationGraph baseline, ComputationGraph network, KeptChannels kept, Bench bench) {
    Map<String, Long> macs =
        bench.measuring().cost(network).layers().stream()
            .collect(Collectors.toMap(LayerCost::name, LayerCost::macs));
    for (LayerCost layer : bench.measuring().cost(baseline).layers()) {
      String name = layer.name();
      if (kept.has(name)) {
        int width = Math.toIntExact(baseline.layerSize(name));
        List<Integer> positions = kept.of(name, width);
        bench
            .context()
            .report()
            .layer(
                new LayerChange(
                    name, width, positions.size(), layer.macs(), macs.get(name), positions));
      }
    }
  }
}
