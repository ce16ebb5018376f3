package org.espalier.spark.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskStart;
import org.espalier.spark.SharedSpark;
import org.espalier.spark.cluster.StandaloneCluster;
import org.espalier.spark.resources.GpuReporting;
import org.espalier.spark.resources.GpuRequest;
import org.espalier.spark.resources.GpuUse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Nesterovs;

/** Training on executors of their own processes, a GPU each, one of which dies. */
@Tag("slow")
class ClusterTrainingTest {
  @RegisterExtension static final StandaloneCluster CLUSTER = StandaloneCluster.of(2, 1, 1);

  private static final TrainingPlan PLAN =
      TrainingPlan.of("training", 4, 8, 11, TinyData.AUGMENTED, TinyData.CLASSES);

  private static JavaSparkContext sc;
  private static TrainingState expected;
  private static TrainingState expectedCompiled;

  private static TrainingState start() {
    return TrainingState.begin(TinyData.network(new Adam(0.01)));
  }

  private static TrainingState startCompiled() {
    return TrainingState.begin(TinyData.residual(new Nesterovs(0.1, 0.9)));
  }

  private static TrainingState train(
      JavaSparkContext sc, TrainingState start, TrainingProgress progress) {
    List<ImageShard> packed = TinyData.packed(24, 17, 31, 24);
    try (Shards shards = Shards.of(sc.parallelize(packed, packed.size()))) {
      return AveragingTrainer.builder(sc).interval(2).build().train(start, shards, PLAN, progress);
    }
  }

  @BeforeAll
  static void trainOnThreads() {
    expected = train(SharedSpark.context(), start(), TrainingProgress.none());
    expectedCompiled = train(SharedSpark.context(), startCompiled(), TrainingProgress.none());
    SharedSpark.stop();
    SparkConf conf = CLUSTER.conf("training");
    new GpuRequest(1, 1, Optional.empty())
        .applyTo(conf, org.apache.spark.package$.MODULE$.SPARK_VERSION());
    sc = new JavaSparkContext(conf);
  }

  @AfterAll
  static void stop() {
    sc.stop();
  }

  /** Does something once, when a task starts after some segments. */
  private static final class Disturbance extends SparkListener implements TrainingProgress {
    private final AtomicInteger segments;
    private final AtomicBoolean done = new AtomicBoolean();
    private final Runnable what;

    Disturbance(int segments, Runnable what) {
      this.segments = new AtomicInteger(segments);
      this.what = what;
    }

    @Override
    public void segment(SegmentReport report) {
      segments.decrementAndGet();
    }

    @Override
    public void onTaskStart(SparkListenerTaskStart start) {
      if (segments.get() <= 0 && done.compareAndSet(false, true)) {
        what.run();
      }
    }
  }

  private static TrainingState trainDisturbed(TrainingState start, Disturbance disturbance) {
    sc.sc().addSparkListener(disturbance);
    try {
      TrainingState trained = train(sc, start, disturbance);
      assertThat(disturbance.done).isTrue();
      return trained;
    } finally {
      sc.sc().removeSparkListener(disturbance);
    }
  }

  /** Notes what failed and who went on. */
  private static final class Told implements RetryListener {
    private final List<String> retries = new ArrayList<>();
    private final List<String> fewer = new ArrayList<>();

    @Override
    public void retrying(String what, int attempt, String reason) {
      retries.add(what);
    }

    @Override
    public void fewerRanks(String what, int ranks, int workers) {
      fewer.add(what + ": " + ranks + " for " + workers);
    }
  }

  private static AllReduceTrainer.Builder allReduce(Told told) {
    return AllReduceTrainer.builder(sc)
        .timeout(Duration.ofSeconds(30))
        .pause(Duration.ofMillis(100))
        .listener(told);
  }

  private static TrainingState train(AllReduceTrainer trainer, TrainingProgress progress) {
    try (Shards shards = Shards.of(sc.parallelize(TinyData.packed(48, 41), 2))) {
      return trainer.train(startCompiled(), shards, PLAN, progress);
    }
  }

  /** Waits until both executors are there, so that one may go. */
  @BeforeEach
  void awaitExecutors() throws InterruptedException {
    while (sc.sc().statusTracker().getExecutorInfos().length - 1 < 2) {
      Thread.sleep(50);
    }
  }

  @Test
  void executorsGiveTheResultOfThreads() {
    List<GpuUse> uses = new CopyOnWriteArrayList<>();
    try (GpuReporting.Registration listening = GpuReporting.listen(uses::add)) {
      assertThat(listening).isNotNull();
      assertThat(train(sc, start(), TrainingProgress.none())).isEqualTo(expected);
    }
    // Four epochs of two segments on four shards, the smallest of which has steps for one segment.
    assertThat(uses).hasSize(4 * (2 * 4 - 1)).allMatch(use -> use.address().equals("0"));
    assertThat(train(sc, startCompiled(), TrainingProgress.none())).isEqualTo(expectedCompiled);
  }

  @Test
  void aKilledExecutorDoesNotChangeTheResult() {
    assertThat(trainDisturbed(start(), new Disturbance(3, () -> CLUSTER.killExecutors(0))))
        .isEqualTo(expected);
  }

  @Test
  void aKilledWorkerDoesNotChangeTheResult() throws Exception {
    assertThat(trainDisturbed(startCompiled(), new Disturbance(3, () -> CLUSTER.killWorker(1))))
        .isEqualTo(expectedCompiled);
    CLUSTER.replaceWorker(1);
  }

  private static TrainingState disturb(AllReduceTrainer trainer, Disturbance disturbance) {
    sc.sc().addSparkListener(disturbance);
    try {
      TrainingState trained = train(trainer, disturbance);
      assertThat(disturbance.done).isTrue();
      return trained;
    } finally {
      sc.sc().removeSparkListener(disturbance);
    }
  }

  @Test
  void aRankThatDiesCostsASegmentAndChangesNoBit() {
    Told told = new Told();
    TrainingState undisturbed = train(allReduce(told).build(), TrainingProgress.none());
    assertThat(told.retries).isEmpty();

    TrainingState whole =
        disturb(allReduce(told).build(), new Disturbance(2, () -> CLUSTER.killExecutors(0)));
    assertThat(told.retries).contains("steps 0 to 6 of epoch 2 of training");
    told.retries.clear();
    AllReduceTrainer keeping =
        allReduce(told).checkpoints(new CheckpointInterval(2, Duration.ZERO)).build();
    TrainingState inParts = disturb(keeping, new Disturbance(5, () -> CLUSTER.killExecutors(0)));

    assertThat(told.retries).contains("steps 4 to 6 of epoch 1 of training");
    assertThat(told.fewer).isEmpty();
    assertThat(whole).isEqualTo(undisturbed);
    assertThat(inParts).isEqualTo(undisturbed);
  }

  @Test
  void aRankThatIsLeftTakesOverTheOthersShare() throws Exception {
    Told told = new Told();
    TrainingState undisturbed = train(allReduce(told).build(), TrainingProgress.none());

    TrainingState trained =
        disturb(
            allReduce(told).patience(Duration.ofSeconds(1)).build(),
            new Disturbance(2, () -> CLUSTER.killWorker(1)));
    CLUSTER.replaceWorker(1);

    assertThat(told.fewer).containsExactly("steps 0 to 6 of epoch 2 of training: 1 for 2");
    assertThat(trained.iteration()).isEqualTo(undisturbed.iteration());
    INDArray expectedParameters = Nd4j.createFromArray(undisturbed.parameters());
    double apart = Nd4j.createFromArray(trained.parameters()).distance2(expectedParameters);
    assertThat(apart / expectedParameters.norm2Number().doubleValue()).isLessThan(1e-5);
  }
}
