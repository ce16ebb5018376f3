package org.espalier.jobs;

import java.io.IOException;
import java.time.Duration;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.espalier.data.CorruptRecords;
import org.espalier.jobs.config.CheckpointConfig;
import org.espalier.jobs.config.DataConfig;
import org.espalier.jobs.config.TrainingConfig;
import org.espalier.spark.training.AllReduceTrainer;
import org.espalier.spark.training.AveragingTrainer;
import org.espalier.spark.training.CheckpointInterval;
import org.espalier.spark.training.Shards;
import org.espalier.spark.training.Trainer;
import org.espalier.spark.training.TrainingPlan;
import org.espalier.spark.training.TrainingState;

/** The images of a training job, spread over the executors, and what jobs do with them. */
final class Workshop implements AutoCloseable {
  private final JobContext context;
  private final long seed;
  private final DataConfig data;
  private final CheckpointInterval interval;
  private final Images trainImages;
  private final Images testImages;
  private final Shards train;
  private final Shards test;
  private final Stages stages;

  private Workshop(
      JobContext context,
      long seed,
      DataConfig data,
      CheckpointConfig checkpoint,
      Images trainImages,
      Images testImages)
      throws IOException {
    this.context = context;
    this.seed = seed;
    this.data = data;
    this.interval =
        new CheckpointInterval(checkpoint.steps(), Duration.ofMinutes(checkpoint.minutes()));
    this.trainImages = trainImages;
    this.testImages = testImages;
    JavaSparkContext spark = context.sparkContext();
    this.train = Shards.shuffled(spark, trainImages.set(), context.partitions(), seed);
    this.test = Shards.contiguous(spark, testImages.set(), context.partitions());
    this.stages = new Stages(context, train, checkpoint.keep());
  }

  /** Starts Spark and loads the images into its executors' memory. */
  static Workshop open(
      JobContext context,
      long seed,
      DataConfig data,
      CheckpointConfig checkpoint,
      Images train,
      Images test)
      throws IOException {
    return new Workshop(context, seed, data, checkpoint, train, test);
  }

  /** Returns the training images as the executors hold them. */
  Shards train() {
    return train;
  }

  /** Returns the test images as the executors hold them. */
  Shards test() {
    return test;
  }

  /** Returns the stages of training. */
  Stages stages() {
    return stages;
  }

  /** Returns the plan of a stage on augmented training images, in plain batches and float32. */
  TrainingPlan plan(String stage, int epochs, int batch) {
    return TrainingPlan.of(
        stage, epochs, batch, seed, trainImages.training(data), trainImages.classes());
  }

  /** Trains a network, or what is left of its training; the network given is not changed. */
  ComputationGraph train(
      String stage, Beginning network, TrainingConfig training, Measuring measuring)
      throws IOException {
    TrainingPlan plan =
        plan(stage, training.epochs(), training.batch()).withPrecision(training.precision());
    Stages.Conduct conduct =
        new Stages.Conduct(
            trainer(training), epoch -> Models.learningRate(training, epoch), measuring);
    return stages
        .run(
            plan, conduct, () -> TrainingState.begin(Models.trainable(network.network(), training)))
        .toGraph();
  }

  /** Returns who trains by averaging. */
  Trainer averaging(int steps) {
    return AveragingTrainer.builder(context.sparkContext())
        .interval(steps)
        .checkpoints(interval)
        .build();
  }

  private Trainer trainer(TrainingConfig training) {
    return switch (training.mode()) {
      case AVERAGING -> averaging(training.averagingInterval());
      case ALLREDUCE ->
          AllReduceTrainer.builder(context.sparkContext())
              .timeout(Duration.ofSeconds(training.timeout()))
              .retries(training.retries())
              .checkpoints(interval)
              .synchroniseBatchNorm(training.syncBatchNorm())
              .patience(Duration.ofSeconds(training.patience()))
              .listener(new Retrying(context.events()))
              .build();
    };
  }

  /** Gives the network with which a stage begins; only asked where no checkpoint is found. */
  @FunctionalInterface
  interface Beginning {
    ComputationGraph network() throws IOException;
  }

  /** Notes in the report what was worked with. */
  void report() {
    CorruptRecords read = train.corruptRecords().plus(test.corruptRecords());
    context.report().data(Images.summary(trainImages, testImages, read));
  }

  @Override
  public void close() {
    train.close();
    test.close();
  }
}
