package org.espalier.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.spark.SparkConf;
import org.espalier.jobs.config.SparkConfig;
import org.junit.jupiter.api.Test;

class SessionsTest {
  private static SparkConf conf(OptionalInt threads, Map<String, String> properties) {
    SparkConfig config =
        new SparkConfig(Optional.empty(), OptionalInt.empty(), threads, properties);
    return Sessions.sparkConf(config, "test", new SparkConf(false));
  }

  private static void assertThreads(SparkConf conf, String threads) {
    assertThat(conf.get("spark.task.cpus", "1")).isEqualTo(threads);
    assertThat(conf.get("spark.executorEnv.OMP_NUM_THREADS")).isEqualTo(threads);
  }

  @Test
  void aTaskTakesAsManyThreadsAsSparkSetsCpusAside() {
    assertThreads(conf(OptionalInt.empty(), Map.of()), "1");
    assertThreads(conf(OptionalInt.of(3), Map.of()), "3");
    assertThreads(conf(OptionalInt.empty(), Map.of("spark.task.cpus", "2")), "2");
  }

  @Test
  void whatSparkIsToldStandsAboveTheThreads() {
    assertThreads(conf(OptionalInt.of(3), Map.of("spark.task.cpus", "2")), "2");
  }
}
