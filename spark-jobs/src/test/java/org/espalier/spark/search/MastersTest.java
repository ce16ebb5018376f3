package org.espalier.spark.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.espalier.search.Search;
import org.espalier.search.baseline.RandomSearch;
import org.espalier.search.colony.Mode;
import org.espalier.spark.SharedSpark;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

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

  @Test
  void theSearchEndsWithASentenceWhenSparkStops() {
    JavaSparkContext sc = spark("local[2]", Map.of());
    CountDownLatch begun = new CountDownLatch(4);
    try (SparkEvaluator evaluator =
        TinySearch.evaluator(sc).listener(run -> begun.countDown()).build()) {
      Search search =
          Search.of(
              TinySearch.structures(TinySearch.base()).space(), new RandomSearch(5000), evaluator);
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
