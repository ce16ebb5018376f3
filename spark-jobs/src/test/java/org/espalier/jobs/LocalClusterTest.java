package org.espalier.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.deeplearning4j.util.ModelSerializer;
import org.espalier.spark.cluster.ChildJvm;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Jobs on a local cluster, whose executors are processes that the driver's own workers start. */
@Tag("slow")
class LocalClusterTest {
  private static final String MASTER = "local-cluster[2,1,1024]";

  @TempDir private Path folder;

  private static List<String> arguments(Path output, String mode) {
    return JobRuns.arguments(
        "train",
        List.of(
            "output=" + output,
            "data.synthetic.train=128",
            "data.synthetic.test=32",
            "data.synthetic.height=16",
            "data.synthetic.width=16",
            "training.epochs=2",
            "training.batch=16",
            "training.averagingInterval=2",
            "training.mode=" + mode,
            "evaluation.latencyRuns=0",
            "spark.partitions=2"));
  }

  /** Runs as the launcher does, with a home and a class path for executors. */
  private void runOnExecutors(List<String> arguments, String... settings) throws Exception {
    List<String> all = new ArrayList<>(arguments);
    for (String setting : settings) {
      all.addAll(List.of("--set", setting));
    }
    all.addAll(List.of("--master", MASTER));
    Path home = folder.resolve("home");
    Files.createDirectories(home.resolve("jars"));
    Map<String, String> environment =
        Map.of(
            "SPARK_HOME",
            home.toString(),
            "SPARK_SCALA_VERSION",
            "2.12",
            "SPARK_DIST_CLASSPATH",
            ChildJvm.classPath(),
            "SPARK_LOCAL_IP",
            "127.0.0.1");
    try (ChildJvm driver =
        ChildJvm.start(
            "driver", folder, List.of("-Xmx1g"), environment, Espalier.class.getName(), all)) {
      assertThat(driver.process().waitFor(5, TimeUnit.MINUTES)).as(driver.tail()).isTrue();
      assertThat(driver.process().exitValue()).as(driver.tail()).isZero();
    }
  }

  private static float[] parameters(Path output) throws IOException {
    return ModelSerializer.restoreComputationGraph(output.resolve("model.zip").toFile())
        .params()
        .toFloatVector();
  }

  @ParameterizedTest
  @ValueSource(strings = {"averaging", "allreduce"})
  void executorsGiveTheNetworkThatThreadsGive(String mode) throws Exception {
    Path onExecutors = folder.resolve("executors");
    runOnExecutors(arguments(onExecutors, mode));
    Path onThreads = folder.resolve("threads");
    JobRuns.run(0, arguments(onThreads, mode));

    assertThat(parameters(onExecutors)).isEqualTo(parameters(onThreads));
    JsonNode report = JobRuns.report(onExecutors);
    JsonNode expected = JobRuns.report(onThreads);
    assertThat(report.path("after")).isEqualTo(expected.path("after"));
    assertThat(report.path("history").findValues("loss"))
        .hasSize(2)
        .isEqualTo(expected.path("history").findValues("loss"));
    assertThat(report.path("spark").path("master").asText()).isEqualTo(MASTER);
    assertThat(report.path("spark").path("executors").asInt()).isEqualTo(2);
  }

  /** Without batch normalisation, so that what is rounded is the same, too. */
  @ParameterizedTest
  @ValueSource(strings = {"averaging", "allreduce"})
  void executorsTrainWithRoundedNumbersAsThreadsDo(String mode) throws Exception {
    Path onExecutors = folder.resolve("executors");
    runOnExecutors(QatJobTest.arguments(onExecutors, "qat.fineTune.mode=" + mode));
    Path onThreads = folder.resolve("threads");
    JobRuns.run(0, QatJobTest.arguments(onThreads, "qat.fineTune.mode=" + mode));

    assertThat(Files.readAllBytes(onExecutors.resolve("model.onnx")))
        .isEqualTo(Files.readAllBytes(onThreads.resolve("model.onnx")));
    assertThat(JobRuns.outcome(onExecutors)).isEqualTo(JobRuns.outcome(onThreads));
    assertThat(JobRuns.report(onExecutors).at("/spark/executors").asInt()).isEqualTo(2);
  }

  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "workers find GPUs by a shell script")
  void eachTaskHoldsTheGpuOfItsExecutor() throws Exception {
    Path script = folder.resolve("gpus.sh");
    Files.writeString(
        script, "#!/bin/sh\necho '{\"name\": \"gpu\", \"addresses\": [\"0\", \"1\"]}'\n");
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    Path output = folder.resolve("gpus");

    runOnExecutors(
        arguments(output, "averaging"),
        "spark.gpusPerTask=1",
        "spark.gpusPerExecutor=2",
        "spark.conf.spark.worker.resource.gpu.amount=2",
        "spark.conf.spark.worker.resource.gpu.discoveryScript=" + script);

    List<JsonNode> uses = new ArrayList<>();
    for (String line : Files.readAllLines(output.resolve("events.jsonl"))) {
      JsonNode event = new ObjectMapper().readTree(line);
      if (event.path("event").asText().equals("gpu")) {
        uses.add(event);
      }
    }
    // Two epochs of two segments on two shards, at least; evaluations hold one, too.
    assertThat(uses).hasSizeGreaterThanOrEqualTo(2 * 2 * 2);
    assertThat(uses)
        .allSatisfy(use -> assertThat(use.path("address").asText()).isIn("0", "1"))
        .extracting(use -> use.path("executor").asText())
        .containsOnly("0", "1");
  }
}
