package org.espalier.jobs.benchmark.scaling;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.ToDoubleFunction;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.espalier.data.ImageSet;
import org.espalier.data.transform.ImagePipeline;
import org.espalier.jobs.config.Contender;
import org.espalier.jobs.config.ScalingConfig;
import org.espalier.nn.fused.Precision;
import org.espalier.spark.training.AllReduceTrainer;
import org.espalier.spark.training.AveragingTrainer;
import org.espalier.spark.training.SegmentReport;
import org.espalier.spark.training.Shards;
import org.espalier.spark.training.Trainer;
import org.espalier.spark.training.TrainingPlan;
import org.espalier.spark.training.TrainingProgress;
import org.espalier.spark.training.TrainingState;

/** The contenders of a benchmark of scaling, and all that they need to train. */
public final class ScalingContest implements AutoCloseable {
  private final JavaSparkContext spark;
  private final ScalingConfig config;
  private final Networks networks;
  private final Data data;
  private final long seed;
  private final Map<Load, Shards> loads = new HashMap<>();

  /** Images on executors. */
  private record Load(int executors, long images) {}

  /**
   * What is trained.
   *
   * @param ours a network of this project's layers
   * @param stock the same of Deeplearning4j's own, with the same weights; null where it is no
   *     contender
   */
  public record Networks(ComputationGraph ours, ComputationGraph stock) {}

  /**
   * What it is trained on.
   *
   * @param train the training images
   * @param pipeline what makes floats of them
   * @param classes the number of classes
   * @param top1 measures a network on the test images
   */
  public record Data(
      ImageSet train,
      ImagePipeline pipeline,
      int classes,
      ToDoubleFunction<ComputationGraph> top1) {}

  /** Gathers contenders. */
  public ScalingContest(
      JavaSparkContext spark, ScalingConfig config, Networks networks, Data data, long seed) {
    this.spark = spark;
    this.config = config;
    this.networks = networks;
    this.data = data;
    this.seed = seed;
  }

  /** Times single steps of a contender's network on some executors at once. */
  public List<StepTimes> steps(Contender contender, int executors) throws IOException {
    boolean stock = contender == Contender.STOCK;
    int images = config.images(contender, executors);
    ComputationGraph network = stock ? networks.stock() : networks.ours();
    return StepProbe.measure(
        spark,
        shards(executors, (long) executors * images),
        network.getConfiguration(),
        plan(contender, "steps", executors, 1),
        stock ? images / config.batch(executors) : config.probeSteps());
  }

  /** Trains a pass that does not count and one that does; returns the latter's images a second. */
  public double pass(Contender contender, int executors) throws IOException {
    long images = (long) executors * config.images(contender, executors);
    Shards shards = shards(executors, images);
    if (contender == Contender.STOCK) {
      try (StockTraining training = stock(shards, plan(contender, "pass", executors, 1))) {
        training.pass();
        return images / training.pass();
      }
    }
    AtomicReference<SegmentReport> last = new AtomicReference<>();
    train(
        contender,
        shards,
        plan(contender, "pass", executors, 2),
        new TrainingProgress() {
          @Override
          public void epoch(TrainingState state, SegmentReport report) {
            last.set(report);
          }
        });
    return last.get().images() / last.get().seconds();
  }

  /** Returns the accuracy on the test images after all of the budget. */
  public double top1(Contender contender, int executors) throws IOException {
    long images = Math.min(config.budgetImages(), data.train().size());
    int epochs = Math.toIntExact(config.budgetImages() / images);
    try (Shards shards = Placement.load(spark, data.train().first(images), executors, seed)) {
      TrainingPlan plan = plan(contender, "budget", executors, epochs);
      if (contender == Contender.STOCK) {
        try (StockTraining training = stock(shards, plan)) {
          for (int epoch = 0; epoch < epochs; epoch++) {
            training.pass();
          }
          return data.top1().applyAsDouble(training.network());
        }
      }
      TrainingState end = train(contender, shards, plan, TrainingProgress.none());
      return data.top1().applyAsDouble(end.toGraph());
    }
  }

  /** Returns what a combination moves. */
  public Simulation.Traffic traffic() {
    TrainingState state = TrainingState.begin(networks.ours());
    long parameters = (long) Float.BYTES * state.parameters().length;
    return new Simulation.Traffic(
        parameters, parameters + (long) Float.BYTES * state.updaterState().length);
  }

  private TrainingPlan plan(Contender contender, String stage, int executors, int epochs) {
    return TrainingPlan.of(
            stage, epochs, config.batch(executors), seed, data.pipeline(), data.classes())
        .withPrecision(contender == Contender.STOCK ? Precision.FLOAT32 : config.precision());
  }

  private StockTraining stock(Shards shards, TrainingPlan plan) {
    return new StockTraining(
        spark, networks.stock().clone(), shards, plan, config.averagingInterval());
  }

  private TrainingState train(
      Contender contender, Shards shards, TrainingPlan plan, TrainingProgress progress) {
    Trainer trainer =
        contender == Contender.AVERAGING
            ? AveragingTrainer.builder(spark).interval(config.averagingInterval()).build()
            : AllReduceTrainer.builder(spark).retries(0).build();
    return trainer.train(TrainingState.begin(networks.ours()), shards, plan, progress);
  }

  private Shards shards(int executors, long images) throws IOException {
    Load load = new Load(executors, images);
    if (!loads.containsKey(load)) {
      loads.put(load, Placement.load(spark, data.train().first(images), executors, seed));
    }
    return loads.get(load);
  }

  @Override
  public void close() {
    loads.values().forEach(Shards::close);
  }
}
