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

  private static TrainingState allReduce(
      JavaSparkContext sc, TrainingProgress progress, List<String> retries) {
    try (Shards shards = Shards.of(sc.parallelize(TinyData.packed(48, 41), 2))) {
      return AllReduceTrainer.builder(sc)
          .timeout(Duration.ofSeconds(30))
          .pause(Duration.ofMillis(100))
          .listener((what, attempt, reason) -> retries.add(what))
          .build()
          .train(startCompiled(), shards, PLAN, progress);
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

  @Test
  void aRankThatDiesCostsAnEpochAndChangesNoBit() {
    List<String> retries = new ArrayList<>();
    TrainingState undisturbed = allReduce(sc, TrainingProgress.none(), retries);
    assertThat(retries).isEmpty();
    Disturbance disturbance = new Disturbance(2, () -> CLUSTER.killExecutors(0));
    sc.sc().addSparkListener(disturbance);
    try {

      TrainingState trained = allReduce(sc, disturbance, retries);

      assertThat(disturbance.done).isTrue();
      assertThat(retries).contains("epoch 2 of training");
      assertThat(trained).isEqualTo(undisturbed);
    } finally {
      sc.sc().removeSparkListener(disturbance);
    }
  }
}
