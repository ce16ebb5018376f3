package org.espalier.spark.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.espalier.spark.SharedSpark;
import org.espalier.spark.cluster.StandaloneCluster;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Nesterovs;

/** Training on executors of their own processes, one of which dies. */
@Tag("slow")
class ClusterTrainingTest {
  @RegisterExtension static final StandaloneCluster CLUSTER = StandaloneCluster.of(2, 1, 0);

  private static final TrainingPlan PLAN =
      TrainingPlan.of("training", 4, 8, 11, TinyData.AUGMENTED, TinyData.CLASSES);

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
  }

  @Test
  void executorsGiveTheResultOfThreads() {
    try (JavaSparkContext sc = new JavaSparkContext(CLUSTER.conf("training"))) {
      assertThat(train(sc, start(), TrainingProgress.none())).isEqualTo(expected);
      assertThat(train(sc, startCompiled(), TrainingProgress.none())).isEqualTo(expectedCompiled);
    }
  }

  /** Does something once, after some segments. */
  private static final class After implements TrainingProgress {
    private final Runnable what;
    private int segments;

    After(int segments, Runnable what) {
      this.segments = segments;
      this.what = what;
    }

    @Override
    public void segment(SegmentReport report) {
      if (--segments == 0) {
        what.run();
      }
    }

    boolean done() {
      return segments <= 0;
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 6})
  void aKilledExecutorDoesNotChangeTheResult(int segments) {
    After killing = new After(segments, () -> CLUSTER.killExecutors(0));
    SparkConf conf = CLUSTER.conf("training");
    try (JavaSparkContext sc = new JavaSparkContext(conf)) {
      awaitExecutors(sc, 2);
      assertThat(train(sc, start(), killing)).isEqualTo(expected);
    }
    assertThat(killing.done()).isTrue();
  }

  @Test
  void aKilledWorkerDoesNotChangeTheResult() throws Exception {
    After killing = new After(3, () -> CLUSTER.killWorker(1));
    try (JavaSparkContext sc = new JavaSparkContext(CLUSTER.conf("training"))) {
      awaitExecutors(sc, 2);
      assertThat(train(sc, startCompiled(), killing)).isEqualTo(expectedCompiled);
    }
    assertThat(killing.done()).isTrue();
    CLUSTER.addWorker();
  }

  private static void awaitExecutors(JavaSparkContext sc, int count) {
    try {
      while (sc.sc().statusTracker().getExecutorInfos().length - 1 < count) {
        Thread.sleep(50);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
