package org.espalier.spark.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskStart;
import org.espalier.search.Search;
import org.espalier.search.baseline.RandomSearch;
import org.espalier.search.colony.Mode;
import org.espalier.spark.SharedSpark;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

/** Searches on Sparks of other sizes and settings than the tests' shared one. */
@Tag("slow")
class MastersTest {

  private static JavaSparkContext spark(String master, Map<String, String> settings) {
    SparkConf conf =
        new SparkConf(false)
            .setMaster(master)
            .setAppName("masters")
            .set("spark.ui.enabled", "false")
            .set("spark.driver.host", "127.0.0.1")
            .set("spark.driver.bindAddress", "127.0.0.1");
    settings.forEach(conf::set);
    JavaSparkContext sc = new JavaSparkContext(conf);
    sc.setLogLevel("ERROR");
    return sc;
  }

  private static Map<Long, String> searched(
      String master, int slots, Mode mode, Map<String, String> settings)
      throws InterruptedException {
    try (JavaSparkContext sc = spark(master, settings);
        SparkEvaluator evaluator = TinySearch.evaluator(sc).build()) {
      assertThat(evaluator.slots()).isEqualTo(slots);
      return TinySearch.searched(evaluator, mode);
    }
  }

  @BeforeEach
  void stopTheSharedSpark() {
    SharedSpark.stop();
  }

  @Test
  void theSearchIsTheSameWithAnyNumberOfTasksAndAnySerialiser() throws InterruptedException {
    Map<Long, String> sequential = searched("local[1]", 1, Mode.SEQUENTIAL, Map.of());

    assertThat(searched("local[1]", 1, Mode.WAVE, Map.of())).isEqualTo(sequential);
    assertThat(searched("local[2]", 2, Mode.WAVE, Map.of("spark.scheduler.mode", "FAIR")))
        .isEqualTo(sequential);
    assertThat(
            searched(
                "local[4]",
                4,
                Mode.WAVE,
                Map.of(
                    "spark.serializer", "org.apache.spark.serializer.KryoSerializer",
                    "spark.kryo.registrator", "org.nd4j.kryo.Nd4jRegistrator")))
        .isEqualTo(sequential);
    assertThat(searched("local[4]", 2, Mode.WAVE, Map.of("spark.task.cpus", "2")))
        .isEqualTo(sequential);
  }

  /** Kills some tasks, each at a moment drawn at random. */
  private static SparkListener killer(JavaSparkContext sc, SplittableRandom random) {
    return new SparkListener() {
      @Override
      public void onTaskStart(SparkListenerTaskStart start) {
        if (random.nextInt(3) == 0) {
          CompletableFuture.delayedExecutor(random.nextInt(100), TimeUnit.MILLISECONDS)
              .execute(() -> sc.sc().killTaskAttempt(start.taskInfo().taskId(), true, "a test"));
        }
      }
    };
  }

  @Test
  void aSearchInARealNetworkIsTheSameOnAnyNumberOfTasksThoughSomeAreKilled(TestReporter reporter)
      throws IOException, InterruptedException {
    RealSearch real = RealSearch.open();
    long seed = System.nanoTime();
    reporter.publishEntry("seed of the kills", Long.toString(seed));
    SplittableRandom random = new SplittableRandom(seed);
    Map<Long, String> sequential;
    try (JavaSparkContext sc = spark("local[1]", Map.of());
        SparkEvaluator evaluator = real.evaluator(sc).build()) {
      sequential = TinySearch.found(real.search(evaluator, Mode.SEQUENTIAL));
    }
    assertThat(sequential.values().stream().distinct().count()).isGreaterThan(8);
    List<CandidateRun> runs = new CopyOnWriteArrayList<>();
    for (int slots : List.of(1, 2, 4)) {
      try (JavaSparkContext sc = spark("local[%d,4]".formatted(slots), Map.of())) {
        sc.sc().addSparkListener(killer(sc, random.split()));
        try (SparkEvaluator evaluator = real.evaluator(sc).listener(runs::add).build()) {
          assertThat(evaluator.slots()).isEqualTo(slots);
          assertThat(TinySearch.found(real.search(evaluator, Mode.WAVE)))
              .as("%d tasks at once, seed %d", slots, seed)
              .isEqualTo(sequential);
        }
      }
    }
    assertThat(runs).anyMatch(run -> run.attempt() > 0);
  }

  @Test
  void theSearchEndsWithASentenceWhenSparkStops() {
    JavaSparkContext sc = spark("local[2]", Map.of());
    CountDownLatch begun = new CountDownLatch(4);
    try (SparkEvaluator evaluator =
        TinySearch.evaluator(sc).listener(run -> begun.countDown()).build()) {
      Search search =
          Search.of(
              TinySearch.structures(TinySearch.base()).space(), RandomSearch.of(5000), evaluator);
      CompletableFuture<Void> stopping =
          CompletableFuture.runAsync(
              () -> {
                try {
                  begun.await();
                } catch (InterruptedException e) {
                  throw new IllegalStateException(e);
                }
                sc.stop();
              });
      assertThatThrownBy(search::run)
          .isInstanceOf(CancellationException.class)
          .hasMessageMatching(
              "The evaluator gave up candidate \\d+: Cannot go on evaluating candidates: Spark has"
                  + " stopped");
      stopping.join();
    }
  }
}
