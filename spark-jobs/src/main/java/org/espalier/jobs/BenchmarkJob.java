package org.espalier.jobs;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.espalier.graph.Configurations;
import org.espalier.jobs.benchmark.BenchmarkLines;
import org.espalier.jobs.benchmark.BenchmarkResult;
import org.espalier.jobs.benchmark.Contestant;
import org.espalier.jobs.benchmark.Crew;
import org.espalier.jobs.benchmark.Entrant;
import org.espalier.jobs.benchmark.FusedContestant;
import org.espalier.jobs.benchmark.GraphContestant;
import org.espalier.jobs.benchmark.ProcessMemory;
import org.espalier.jobs.benchmark.Round;
import org.espalier.jobs.benchmark.StockNetworks;
import org.espalier.jobs.benchmark.SyntheticBatch;
import org.espalier.jobs.benchmark.TorchContestant;
import org.espalier.jobs.config.BenchmarkConfig;
import org.espalier.jobs.config.BenchmarkJobConfig;
import org.espalier.jobs.config.InvalidConfigException;
import org.espalier.jobs.config.Peer;
import org.espalier.jobs.config.Section;
import org.espalier.zoo.NetworkOptions;
import org.espalier.zoo.Networks;
import org.espalier.zoo.Shortcut;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Nesterovs;

/** The work of the verb {@code benchmark}: measures how fast a network trains and infers. */
final class BenchmarkJob implements Job<BenchmarkJobConfig> {
  /** Small enough that a network learns noise by heart, and does not diverge. */
  private static final double LEARNING_RATE = 0.01;

  private static final double MOMENTUM = 0.9;
  private static final double WEIGHT_DECAY = 1e-4;

  @Override
  public void run(BenchmarkJobConfig config, JobContext context) {
    BenchmarkConfig benchmark = config.benchmark();
    NetworkOptions options = options(benchmark.network(), config.seed());
    ComputationGraphConfiguration network = Networks.named(benchmark.network(), options);
    List<DataSet> batches =
        IntStream.range(0, benchmark.tasks())
            .mapToObj(t -> SyntheticBatch.of(options, benchmark.batch(), config.seed(), t))
            .toList();
    try (Crew crew = new Crew(benchmark.tasks(), benchmark.threadsPerTask());
        Entrant ours = ours(benchmark, crew, network, batches);
        Entrant peer = peer(benchmark, crew, network, options, batches, context)) {
      BenchmarkResult result = measure(benchmark, ours, peer, context);
      BenchmarkLines.of(result).forEach(context.out()::println);
      context.report().section("benchmark", result);
      ours.refusal()
          .ifPresent(
              reason -> context.report().note("The network is not compiled: " + reason + "."));
    }
  }

  /** Shortcuts are those that every peer can have, too. */
  private static NetworkOptions options(String network, long seed) {
    return SyntheticBatch.options(network)
        .seed(seed)
        .updater(new Nesterovs(LEARNING_RATE, MOMENTUM))
        .l2(WEIGHT_DECAY)
        .shortcut(Shortcut.PROJECTION)
        .build();
  }

  private static Entrant ours(
      BenchmarkConfig config,
      Crew crew,
      ComputationGraphConfiguration network,
      List<DataSet> batches) {
    return new Entrant(
        "ours",
        crew,
        task ->
            FusedContestant.of(
                Configurations.copy(network),
                batches.get(task),
                config.precision(),
                config.threadsPerTask()));
  }

  /** The peer that was asked for, or null. */
  private static Entrant peer(
      BenchmarkConfig config,
      Crew crew,
      ComputationGraphConfiguration network,
      NetworkOptions options,
      List<DataSet> batches,
      JobContext context) {
    if (config.peer().isEmpty()) {
      return null;
    }
    Peer peer = config.peer().get();
    String name = Section.nameOf(peer);
    try {
      return new Entrant(
          name,
          crew,
          switch (peer) {
            case STOCK -> stock(StockNetworks.of(network, options), batches);
            case TORCH ->
                torch(config, TorchContestant.describe(config, network, options), context);
          });
    } catch (IllegalArgumentException e) {
      throw new InvalidConfigException(
          String.format(
              "benchmark.peer cannot be %s for %s: %s", name, config.network(), e.getMessage()),
          e);
    }
  }

  private static IntFunction<Contestant> stock(
      ComputationGraphConfiguration network, List<DataSet> batches) {
    return task -> new GraphContestant(Configurations.copy(network), batches.get(task));
  }

  private static IntFunction<Contestant> torch(
      BenchmarkConfig config, String description, JobContext context) {
    String version;
    try {
      version = TorchContestant.version(config.python());
    } catch (JobFailedException e) {
      throw new InvalidConfigException(
          "benchmark.python cannot be " + config.python() + ": " + e.getMessage(), e);
    }
    context.report().note("The peer is PyTorch " + version + ", eager, channels last.");
    return task -> TorchContestant.start(config, description);
  }

  /** Measures in turns; the peer, which may be null, begins when the memory of ours is known. */
  private static BenchmarkResult measure(
      BenchmarkConfig config, Entrant ours, Entrant peer, JobContext context) {
    ours.warmUp(config.seconds());
    OptionalLong peak = ProcessMemory.peakResidentBytes(ProcessHandle.current());
    if (peer != null) {
      peer.warmUp(config.seconds());
    }
    for (int number = 1; number <= config.rounds(); number++) {
      round(number, ours, config, context);
      if (peer != null) {
        round(number, peer, config, context);
      }
    }
    if (peer == null) {
      peak = ProcessMemory.peakResidentBytes(ProcessHandle.current());
    }
    return BenchmarkResult.of(
        config,
        ours.speed(),
        peak,
        peer == null
            ? null
            : BenchmarkResult.Peer.of(peer.speed(), peer.peakResidentBytes(), ours.speed()));
  }

  private static void round(
      int number, Entrant entrant, BenchmarkConfig config, JobContext context) {
    Round round = entrant.round(config.seconds());
    context
        .events()
        .add("round", Map.of("name", entrant.name(), "number", number, "measured", round));
    context
        .out()
        .println(
            String.format(
                Locale.ROOT,
                "round %d of %d: %s train %.1f infer %.1f images/s",
                number,
                config.rounds(),
                entrant.name(),
                round.trainImagesPerSecond(),
                round.inferImagesPerSecond()));
  }
}
