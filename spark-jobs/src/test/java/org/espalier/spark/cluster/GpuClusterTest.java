package org.espalier.spark.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.resource.ResourceInformation;
import org.espalier.jobs.output.EventLog;
import org.espalier.spark.resources.GpuReporting;
import org.espalier.spark.resources.GpuRequest;
import org.espalier.spark.resources.GpuScheduling.Level;
import org.espalier.spark.resources.StageGpus;
import org.espalier.spark.resources.TaskGpu;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Tasks that hold a GPU each, on two workers that say that they have two. */
@Tag("slow")
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "workers find GPUs by a shell script")
class GpuClusterTest {
  @RegisterExtension static final StandaloneCluster CLUSTER = StandaloneCluster.of(2, 4, 2);

  private static JavaSparkContext sc;

  @TempDir private Path folder;

  @BeforeAll
  static void start() {
    SparkConf conf = CLUSTER.conf("gpus");
    new GpuRequest(1, 2, Optional.empty())
        .applyTo(conf, org.apache.spark.package$.MODULE$.SPARK_VERSION());
    sc = new JavaSparkContext(conf);
  }

  @AfterAll
  static void stop() {
    sc.stop();
  }

  private static JavaRDD<Integer> tasks(int count) {
    return sc.parallelize(IntStream.range(0, count).boxed().toList(), count);
  }

  private static List<String> assigned() {
    ResourceInformation gpu = TaskContext.get().resourcesJMap().get("gpu");
    return gpu == null ? List.of() : List.of(gpu.addresses());
  }

  private static List<JsonNode> uses(EventLog log) throws IOException {
    return log.events().stream()
        .filter(event -> event.path("event").asText().equals("gpu"))
        .sorted(Comparator.comparingLong(event -> event.path("fromMillis").asLong()))
        .toList();
  }

  private static String gpu(JsonNode use) {
    return use.path("executor").asText() + "/" + use.path("address").asText();
  }

  @Test
  void noGpuIsEverUsedByTwoTasksAtOnce() throws IOException {
    EventLog log =
        EventLog.open(
            new org.apache.hadoop.fs.Path(folder.resolve("events.jsonl").toUri()),
            new Configuration(),
            Clock.systemUTC());
    Set<String> seenByTasks;
    try (GpuReporting.Registration listening = GpuReporting.listen(use -> log.add("gpu", use))) {
      seenByTasks =
          new HashSet<>(
              tasks(50)
                  .map(
                      task -> {
                        try (TaskGpu gpu = TaskGpu.take()) {
                          Thread.sleep(100);
                          List<String> assigned = assigned();
                          if (!assigned.equals(List.of(gpu.address().orElseThrow()))) {
                            throw new IllegalStateException(assigned + " but " + gpu.address());
                          }
                          return SparkEnv.get().executorId() + "/" + gpu.address().get();
                        }
                      })
                  .collect());
      assertThat(listening).isNotNull();
    }

    List<JsonNode> uses = uses(log);
    assertThat(uses).hasSize(50);
    assertThat(uses).extracting(use -> use.path("task").asInt()).doesNotHaveDuplicates();
    Map<String, List<JsonNode>> ofGpu =
        uses.stream().collect(Collectors.groupingBy(GpuClusterTest::gpu));
    assertThat(ofGpu.keySet()).isEqualTo(seenByTasks).hasSize(4);
    ofGpu.forEach(
        (gpu, its) -> {
          for (int i = 1; i < its.size(); i++) {
            assertThat(its.get(i).path("fromMillis").asLong())
                .as("%s: %s", gpu, its)
                .isGreaterThanOrEqualTo(its.get(i - 1).path("toMillis").asLong());
          }
        });
    assertThat(mostAtOnce(uses)).isBetween(2, 4);
  }

  /** Returns how many uses overlapped at most. */
  private static int mostAtOnce(List<JsonNode> uses) {
    int most = 0;
    for (JsonNode use : uses) {
      long time = use.path("fromMillis").asLong();
      most =
          Math.max(
              most,
              (int)
                  uses.stream()
                      .filter(other -> other.path("fromMillis").asLong() <= time)
                      .filter(other -> other.path("toMillis").asLong() > time)
                      .count());
    }
    return most;
  }

  @Test
  void aStageMayDoWithoutAndItsNeighbourHaveOneEach() {
    StageGpus stages = StageGpus.of(sc);
    assertThat(stages.scheduling().level()).isEqualTo(Level.STAGE_TASKS);

    List<Integer> without =
        stages.without(tasks(8).map(task -> task)).map(task -> assigned().size()).collect();
    List<Integer> withOne =
        stages.withOne(tasks(8).map(task -> task)).map(task -> assigned().size()).collect();

    assertThat(without).hasSize(8).containsOnly(0);
    assertThat(withOne).hasSize(8).containsOnly(1);
  }

  @Test
  void aTaskThatFailsLetsItsGpuGo() {
    List<Integer> attempts =
        new ArrayList<>(
            tasks(8)
                .map(
                    task -> {
                      try (TaskGpu gpu = TaskGpu.take()) {
                        int attempt = TaskContext.get().attemptNumber();
                        if (attempt == 0 && gpu.address().isPresent()) {
                          throw new IllegalStateException("the first attempt fails");
                        }
                        return attempt;
                      }
                    })
                .collect());
    assertThat(attempts).hasSize(8).allMatch(attempt -> attempt > 0);
  }
}
