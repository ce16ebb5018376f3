package org.espalier.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.spark.SparkConf;
import org.espalier.jobs.config.InvalidConfigException;
import org.espalier.jobs.config.SparkConfig;
import org.espalier.spark.resources.GpuRequest;
import org.junit.jupiter.api.Test;

class SessionsTest {
  private static SparkConf conf(OptionalInt threads, Map<String, String> properties) {
    SparkConfig config =
        new SparkConfig(
            Optional.empty(), OptionalInt.empty(), threads, Optional.empty(), properties);
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

  private static SparkConf on(String master) {
    SparkConfig config =
        new SparkConfig(
            Optional.of(master),
            OptionalInt.empty(),
            OptionalInt.empty(),
            Optional.empty(),
            Map.of());
    return Sessions.sparkConf(config, "test", new SparkConf(false));
  }

  @Test
  void onlyASparkOfOneProcessIsNeverTakenForLost() {
    String timeout = "spark.storage.blockManagerHeartbeatTimeoutMs";
    assertThat(on("local").getLong(timeout, 0)).isGreaterThan(86_400_000);
    assertThat(on("local[2]").getLong(timeout, 0)).isGreaterThan(86_400_000);
    assertThat(on("local-cluster[2,1,1024]").contains(timeout)).isFalse();
    assertThat(on("yarn").contains(timeout)).isFalse();
  }

  @Test
  void onlyAClusterHasPages() {
    assertThat(on("local[2]").get("spark.ui.enabled")).isEqualTo("false");
    assertThat(on("yarn").get("spark.ui.enabled")).isEqualTo("true");
  }

  private static SparkConf gpus(Map<String, String> properties) {
    SparkConfig config =
        new SparkConfig(
            Optional.empty(),
            OptionalInt.empty(),
            OptionalInt.empty(),
            Optional.of(new GpuRequest(1, 2, Optional.empty())),
            properties);
    return Sessions.sparkConf(config, "test", new SparkConf(false));
  }

  @Test
  void aClusterIsAskedForGpus() {
    SparkConf conf = gpus(Map.of("spark.master", "spark://host:7077"));
    assertThat(conf.get("spark.task.resource.gpu.amount")).isEqualTo("1");
    assertThat(conf.get("spark.executor.resource.gpu.amount")).isEqualTo("2");
    assertThat(gpus(Map.of()).contains("spark.task.resource.gpu.amount")).isFalse();
  }

  @Test
  void whatAClusterNeedsForGpusIsTheUsersToGive() {
    assertThatThrownBy(() -> gpus(Map.of("spark.master", "yarn")))
        .isInstanceOf(InvalidConfigException.class)
        .hasMessage(
            "Cannot ask for GPUs: YARN needs a discovery script (a path on the executors'"
                + " machines)");
  }
}
