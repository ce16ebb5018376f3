package org.espalier.spark.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.spark.TaskContext;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.espalier.compress.BatchAdapter;
import org.espalier.data.batch.Batch;
import org.espalier.nn.Frozen;
import org.espalier.nn.ParameterAverage;
import org.espalier.nn.ParameterLayout;
import org.espalier.nn.fused.Precision;
import org.espalier.nn.kernel.OneDnn;
import org.espalier.spark.SharedSpark;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.schedule.ExponentialSchedule;
import org.nd4j.linalg.schedule.ScheduleType;

class AveragingTrainerTest {
  private static final TrainingPlan PLAN =
      TrainingPlan.of("training", 2, 8, 11, TinyData.AUGMENTED, TinyData.CLASSES);

  private static AveragingTrainer trainer(int interval) {
    return AveragingTrainer.builder(SharedSpark.context()).interval(interval).build();
  }

  private static TrainingState train(TrainingState start, TrainingPlan plan, int... sizes) {
    try (Shards shards = TinyData.shards(sizes)) {
      return trainer(2).train(start, shards, plan, TrainingProgress.none());
    }
  }

  /** Trains in this process, without Spark, by DL4J's own fit. */
  private static void fit(ComputationGraph graph, ImageShard shard, TrainingPlan plan, int epoch)
      throws IOException {
    ShardBatches batches = new ShardBatches(plan, shard, epoch);
    for (int step = 0; step < batches.steps(); step++) {
      graph.fit(batches.batch(step).data());
    }
  }

  private static IUpdater decayingAdam() {
    return new Adam(new ExponentialSchedule(ScheduleType.EPOCH, 0.01, 0.5));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 100})
  void oneWorkerTrainsBitForBitLikeASingleProcess(int interval) throws IOException {
    ComputationGraph alone = TinyData.network(decayingAdam());
    TrainingState start = TrainingState.begin(alone);
    for (int epoch = 0; epoch < PLAN.epochs(); epoch++) {
      fit(alone, TinyData.packed(37).get(0), PLAN, epoch);
      alone.incrementEpochCount();
    }

    assertTrained(oneWorker(start, PLAN, interval), alone);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 100})
  void oneWorkerTrainsACompiledNetworkBitForBitLikeASingleProcess(int interval) {
    ComputationGraph alone = TinyData.residual(new Nesterovs(0.1, 0.9));
    TrainingState start = TrainingState.begin(alone);
    TinyData.fitCompiled(alone, TinyData.packed(37).get(0), PLAN);

    assertTrained(oneWorker(start, PLAN, interval), alone);
  }

  @Test
  void aCompiledNetworkIsTrainedAsDeeplearning4jWould() throws IOException {
    TrainingPlan plain = TrainingPlan.of("training", 2, 8, 11, TinyData.PLAIN, TinyData.CLASSES);
    ComputationGraph alone = TinyData.residual(new Nesterovs(0.02, 0.9));
    TrainingState start = TrainingState.begin(alone);
    fit(alone, TinyData.packed(37).get(0), plain, 0);
    alone.incrementEpochCount();
    fit(alone, TinyData.packed(37).get(0), plain, 1);

    TrainingState trained = oneWorker(start, plain, 2);

    assertThat(trained.parameters()).containsExactly(alone.params().toFloatVector(), within(1e-5f));
    assertThat(trained.updaterState())
        .containsExactly(alone.getUpdater().getStateViewArray().toFloatVector(), within(1e-5f));
    assertThat(trained.parameters()).isNotEqualTo(start.parameters());
  }

  @Test
  void mixedPrecisionTrainsCloseToSinglePrecision() {
    assumeThat(OneDnn.computesBf16()).as("the processor computes in bfloat16").isTrue();
    TrainingState start = TrainingState.begin(TinyData.residual(new Nesterovs(0.02, 0.9)));
    TrainingPlan mixed = PLAN.withPrecision(Precision.BF16_MIXED);

    float[] single = train(start, PLAN, 24, 17).parameters();
    float[] half = train(start, mixed, 24, 17).parameters();

    assertThat(half).isNotEqualTo(single).containsExactly(single, within(0.05f));
  }

  @Test
  void mixedPrecisionOfANetworkThatCannotBeCompiledIsRefusedInOneSentence() {
    TrainingState start = TrainingState.begin(TinyData.network(new Adam(0.01)));
    TrainingPlan mixed = PLAN.withPrecision(Precision.BF16_MIXED);
    String reason =
        OneDnn.computesBf16()
            ? "the network, or what it is trained on, is of a kind that is not compiled"
            : "this processor has neither avx512_bf16 nor AMX";

    assertThatThrownBy(() -> train(start, mixed, 24, 17))
        .isInstanceOf(TrainingException.class)
        .hasMessage("Cannot train in bf16-mixed: " + reason + "; use float32");
  }

  private static TrainingState oneWorker(TrainingState start, TrainingPlan plan, int interval) {
    try (Shards shards = TinyData.shards(37)) {
      return trainer(interval).train(start, shards, plan, TrainingProgress.none());
    }
  }

  private static void assertTrained(TrainingState trained, ComputationGraph alone) {
    assertThat(trained.iteration()).isEqualTo(10);
    assertThat(trained.epoch()).isEqualTo(2);
    assertThat(trained.parameters()).containsExactly(alone.params().toFloatVector());
    assertThat(trained.updaterState())
        .containsExactly(alone.getUpdater().getStateViewArray().toFloatVector());
  }

  @Test
  void unequalWorkersWeighByTheirImagesUntilTheyRunOut() throws IOException {
    // Batches of 8: shard 0 has 8 + 8 + 4 images, shard 1 has 8; averaged after every 2 steps.
    TrainingPlan plan = TrainingPlan.of("training", 1, 8, 11, TinyData.PLAIN, TinyData.CLASSES);
    TrainingState start = TrainingState.begin(TinyData.network(new Nesterovs(0.1, 0.9)));
    List<ImageShard> packed = TinyData.packed(20, 8);
    ComputationGraph first = start.toGraph();
    ComputationGraph second = start.toGraph();
    ShardBatches firstBatches = new ShardBatches(plan, packed.get(0), 0);
    first.fit(firstBatches.batch(0).data());
    first.fit(firstBatches.batch(1).data());
    fit(second, packed.get(1), plan, 0);
    ParameterLayout layout = ParameterLayout.of(first);
    float[] parameters =
        ParameterAverage.of(16, first.params().toFloatVector())
            .plus(ParameterAverage.of(8, second.params().toFloatVector()), layout)
            .values(layout);
    float[] updater = TrainingState.of(first).updaterState();
    float[] other = TrainingState.of(second).updaterState();
    for (int i = 0; i < updater.length; i++) {
      updater[i] = (float) ((16.0 * updater[i] + 8.0 * other[i]) / 24);
    }
    ComputationGraph rest =
        new TrainingState(start.configuration(), parameters, updater, 0, 2, EpochSums.NONE)
            .toGraph();
    rest.fit(firstBatches.batch(2).data());

    TrainingState trained = train(start, plan, 20, 8);

    assertThat(trained.iteration()).isEqualTo(3);
    assertThat(trained.parameters()).containsExactly(rest.params().toFloatVector());
    assertThat(trained.updaterState()).containsExactly(TrainingState.of(rest).updaterState());
  }

  @Test
  void trainingOnSeveralWorkersLearns() {
    TrainingPlan plan = TrainingPlan.of("training", 15, 8, 1, TinyData.PLAIN, TinyData.CLASSES);
    List<SegmentReport> epochs = new ArrayList<>();
    List<SegmentReport> segments = new ArrayList<>();
    TrainingProgress progress =
        new TrainingProgress() {
          @Override
          public void segment(SegmentReport report) {
            segments.add(report);
          }

          @Override
          public void epoch(TrainingState state, SegmentReport report) {
            assertThat(state.epoch()).isEqualTo(report.epoch() + 1);
            epochs.add(report);
          }
        };

    TrainingState start = TrainingState.begin(TinyData.network(new Adam(0.03)));
    try (Shards shards = TinyData.shards(40, 40, 33)) {
      trainer(2).train(start, shards, plan, progress);
    }

    assertThat(epochs).hasSize(15);
    assertThat(segments).hasSize(15 * 3);
    assertThat(epochs.get(14).loss()).isLessThan(0.7 * epochs.get(0).loss());
    assertThat(epochs.get(14).accuracy()).isGreaterThan(0.5);
    // The last batch of the third shard would be of one image; it is left out.
    assertThat(epochs.get(0).images()).isEqualTo(112).isEqualTo(epochs.get(0).epochTotal());
    assertThat(segments.get(1).epochImages()).isEqualTo(3 * 16 + 3 * 16);
    assertThat(segments.get(2).iteration()).isEqualTo(5);
  }

  /** Fails the first attempt of one task in each epoch, halfway through its steps. */
  private static final class Failing implements BatchAdapter {
    private static final long serialVersionUID = 1L;

    @Override
    public DataSet adapt(Batch batch, int classes, SplittableRandom random) {
      TaskContext task = TaskContext.get();
      if (task.partitionId() == 1 && task.attemptNumber() < 2 && batch.indices()[0] % 2 == 0) {
        throw new IllegalStateException("the executor is lost");
      }
      return BatchAdapter.plain().adapt(batch, classes, random);
    }
  }

  @Test
  void retriedTasksDoNotChangeTheResult() {
    isNotDisturbedByRetries(TinyData.network(new Adam(0.01)));
  }

  @Test
  void retriedTasksDoNotChangeTheResultOfACompiledNetwork() {
    isNotDisturbedByRetries(TinyData.residual(new Nesterovs(0.1, 0.9)));
  }

  private static void isNotDisturbedByRetries(ComputationGraph network) {
    TrainingState start = TrainingState.begin(network);

    TrainingState undisturbed = train(start, PLAN, 24, 24, 24);
    TrainingState disturbed = train(start, PLAN.withAdapter(new Failing()), 24, 24, 24);

    assertThat(disturbed).isEqualTo(undisturbed);
    assertThat(disturbed.fingerprint()).isEqualTo(undisturbed.fingerprint());
  }

  @Test
  void resumingAtAnEpochGivesTheUndisturbedResult() throws IOException {
    TrainingState start = TrainingState.begin(TinyData.network(decayingAdam()));
    TrainingPlan half = TrainingPlan.of("training", 1, 8, 11, TinyData.AUGMENTED, TinyData.CLASSES);

    byte[] saved = TrainingStates.toBytes(train(start, half, 20, 17), "job");
    TrainingState resumed =
        train(TrainingStates.fromBytes(saved, "job", "checkpoint"), PLAN, 20, 17);

    assertThat(resumed).isEqualTo(train(start, PLAN, 20, 17));
    assertThat(train(resumed, PLAN, 20, 17)).isSameAs(resumed);
  }

  @Test
  void resumingWithinAnEpochGivesTheUndisturbedResult() throws IOException {
    TrainingState start = TrainingState.begin(TinyData.network(decayingAdam()));
    List<byte[]> kept = new ArrayList<>();
    List<SegmentReport> epochs = new ArrayList<>();
    AveragingTrainer trainer =
        AveragingTrainer.builder(SharedSpark.context())
            .interval(1)
            .checkpoints(new CheckpointInterval(2, Duration.ZERO))
            .build();
    TrainingState once;
    try (Shards shards = TinyData.shards(40, 33)) {
      once =
          trainer.train(
              start,
              shards,
              PLAN,
              new TrainingProgress() {
                @Override
                public void keep(TrainingState state) {
                  kept.add(TrainingStates.toBytes(state, "job"));
                }

                @Override
                public void epoch(TrainingState state, SegmentReport report) {
                  epochs.add(report);
                }
              });
      // Epochs of five steps: after the second, the fourth and the last.
      assertThat(kept).hasSize(3 * PLAN.epochs());
      for (int i = 0; i < kept.size(); i++) {
        TrainingState state = TrainingStates.fromBytes(kept.get(i), "job", "checkpoint");
        assertThat(state.sums().steps()).isEqualTo(new int[] {2, 4, 0}[i % 3]);
        List<SegmentReport> rest = new ArrayList<>();
        TrainingProgress progress =
            new TrainingProgress() {
              @Override
              public void epoch(TrainingState end, SegmentReport report) {
                rest.add(report);
              }
            };

        assertThat(trainer.train(state, shards, PLAN, progress)).isEqualTo(once);

        assertThat(rest).hasSize(PLAN.epochs() - state.epoch());
        for (SegmentReport report : rest) {
          SegmentReport whole = epochs.get(report.epoch());
          assertThat(report.loss()).isEqualTo(whole.loss());
          assertThat(report.accuracy()).isEqualTo(whole.accuracy());
          assertThat(report.images()).isEqualTo(whole.images());
        }
      }
    }
  }

  @Test
  void frozenParametersStayAndOthersMove() {
    ComputationGraphConfiguration configuration =
        TinyData.residual(new Adam(0.01)).getConfiguration();
    for (String name : List.of("conv", "bn", "conv2", "bn2")) {
      LayerVertex vertex = (LayerVertex) configuration.getVertices().get(name);
      Frozen.freeze((BaseLayer) vertex.getLayerConf().getLayer());
    }
    ComputationGraph graph = new ComputationGraph(configuration);
    graph.init();
    assertThat(ParameterLayout.of(graph).movingLength())
        .isEqualTo(2 * 2 * 8 + (8 + 1) * TinyData.CLASSES);

    ComputationGraph trained = train(TrainingState.begin(graph), PLAN, 16, 16).toGraph();

    assertThat(trained.paramTable())
        .allSatisfy(
            (name, value) -> {
              boolean moves =
                  name.startsWith("out") || name.endsWith("_mean") || name.endsWith("_var");
              assertThat(value.equals(graph.getParam(name))).as(name).isNotEqualTo(moves);
            });
  }

  /** Ruins one batch. */
  private static final class Ruined implements BatchAdapter {
    private static final long serialVersionUID = 1L;

    @Override
    public DataSet adapt(Batch batch, int classes, SplittableRandom random) {
      DataSet data = BatchAdapter.plain().adapt(batch, classes, random);
      if (TaskContext.getPartitionId() == 1) {
        data.getFeatures().putScalar(0, Float.NaN);
      }
      return data;
    }
  }

  @Test
  void aLossThatIsNotANumberEndsTrainingWithOneSentence() {
    TrainingState start = TrainingState.begin(TinyData.network(new Adam(0.01)));

    assertThatThrownBy(() -> train(start, PLAN.withAdapter(new Ruined()), 16, 16))
        .isInstanceOf(TrainingException.class)
        .hasMessage(
            "Cannot go on with training: the loss became NaN (partition 1, epoch 0, step 0);"
                + " a smaller learning rate may help");
  }

  @Test
  void refusesShardsWithoutASingleStep() {
    TrainingState start = TrainingState.begin(TinyData.network(new Adam(0.01)));

    assertThatThrownBy(() -> train(start, PLAN, 1, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Cannot train training: no shard has enough images for a step (1 images in 2 shards)");
  }

  @Test
  void refusesIntervalsAndDepthsBelowOne() {
    AveragingTrainer.Builder builder = AveragingTrainer.builder(SharedSpark.context());

    assertThatThrownBy(() -> builder.interval(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot set the averaging interval: it must be at least 1 step (0)");
    assertThatThrownBy(() -> builder.depth(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot set the aggregation depth: it must be at least 1 (0)");
  }

  @Test
  void reportsTheMeanLossOfTheImagesSeen() throws IOException {
    TrainingPlan plan = TrainingPlan.of("training", 1, 8, 5, TinyData.PLAIN, TinyData.CLASSES);
    ComputationGraph graph = TinyData.network(new Sgd(0.1));
    TrainingState start = TrainingState.begin(graph);
    ShardBatches batches = new ShardBatches(plan, TinyData.packed(12).get(0), 0);
    graph.fit(batches.batch(0).data());
    double loss = 8 * graph.score();
    graph.fit(batches.batch(1).data());
    loss += 4 * graph.score();
    List<SegmentReport> reports = new ArrayList<>();

    try (Shards shards = TinyData.shards(12)) {
      trainer(2)
          .train(
              start,
              shards,
              plan,
              new TrainingProgress() {
                @Override
                public void segment(SegmentReport report) {
                  reports.add(report);
                }
              });
    }

    assertThat(reports).hasSize(1);
    assertThat(reports.get(0).loss()).isCloseTo(loss / 12, within(1e-12));
    assertThat(reports.get(0).images()).isEqualTo(12);
  }
}
