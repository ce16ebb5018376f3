package org.espalier.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.espalier.spark.SharedSpark;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Runs the verb on two threads for moments: that it measures is looked at, not what. */
class ScalingJobTest {
  @TempDir private Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... settings) {
    List<String> all =
        new ArrayList<>(
            List.of(
                "output=" + folder,
                "data.synthetic.train=32",
                "data.synthetic.test=16",
                "data.synthetic.height=16",
                "data.synthetic.width=16",
                "benchmark.batch=4",
                "benchmark.averagingInterval=2",
                "benchmark.images=16",
                "benchmark.stockImages=8",
                "benchmark.repeats=2",
                "benchmark.probeSteps=3",
                "benchmark.budgetImages=32",
                "benchmark.simulation.steps=20"));
    return JobRuns.run(out, err, JobRuns.arguments("benchmark scaling", all, settings));
  }

  private static List<String> fields(JsonNode node) {
    List<String> names = new ArrayList<>();
    node.fieldNames().forEachRemaining(names::add);
    return names;
  }

  @Test
  @Tag("slow")
  void everyContenderIsMeasuredOnOneExecutorAndOnTwo() throws Exception {
    SharedSpark.context();
    assertThat(run()).as(err.toString()).isZero();
    JsonNode report = JobRuns.report(folder);
    assertThat(report.path("job").asText()).isEqualTo("benchmark-scaling");
    assertThat(report.path("data").path("train").asInt()).isEqualTo(32);
    JsonNode scaling = report.path("scaling");
    assertThat(fields(scaling))
        .containsExactly(
            "network",
            "workload",
            "precision",
            "averagingInterval",
            "threadsPerTask",
            "repeats",
            "budgetImages",
            "executors",
            "averaging",
            "allreduce",
            "stock",
            "simulation");
    assertThat(scaling.path("budgetImages").asInt()).isEqualTo(32);
    for (String contender : List.of("averaging", "allreduce", "stock")) {
      JsonNode curve = scaling.path(contender);
      assertThat(curve.path("points")).hasSize(2);
      JsonNode one = curve.path("points").path(0);
      JsonNode two = curve.path("points").path(1);
      assertThat(fields(two))
          .containsExactly(
              "executors",
              "batch",
              "imagesPerSecond",
              "imagesPerSecondMin",
              "imagesPerSecondMax",
              "speedup",
              "efficiency",
              "secondsPerStep",
              "shareOfTimeInReduction",
              "firstStepMillis",
              "top1");
      assertThat(one.path("executors").asInt()).isEqualTo(1);
      assertThat(two.path("executors").asInt()).isEqualTo(2);
      assertThat(curve.path("speedup2").asDouble())
          .isPositive()
          .isEqualTo(
              two.path("imagesPerSecond").asDouble() / one.path("imagesPerSecond").asDouble());
      for (JsonNode point : List.of(one, two)) {
        assertThat(point.path("imagesPerSecond").asDouble())
            .isBetween(
                point.path("imagesPerSecondMin").asDouble(),
                point.path("imagesPerSecondMax").asDouble());
        assertThat(point.path("secondsPerStep").asDouble()).isPositive();
        assertThat(point.path("shareOfTimeInReduction").asDouble()).isBetween(0.0, 1.0);
        assertThat(point.path("firstStepMillis").asDouble()).isPositive();
        assertThat(point.path("top1").asDouble()).isBetween(0.0, 1.0);
      }
    }
    JsonNode simulation = scaling.path("simulation");
    assertThat(simulation.path("kind").asText()).isEqualTo("modelled, not measured");
    assertThat(simulation.path("assumptions")).hasSize(6);
    for (String mode : List.of("averaging", "allreduce")) {
      assertThat(simulation.path(mode).findValues("executors"))
          .extracting(JsonNode::asInt)
          .containsExactly(8, 64, 256);
      assertThat(simulation.path(mode).findValues("imagesPerSecond"))
          .allSatisfy(value -> assertThat(value.asDouble()).isPositive());
    }
    assertThat(out.toString())
        .contains("pass 2 of 2: stock on 2: ", "allreduce on 1 after 32 images: top-1 ")
        .containsPattern("(?m)^averaging +1 +[0-9.]+ +[0-9.]+ - [0-9.]+ +1\\.00 ")
        .contains("Larger clusters, modelled, not measured:");
    assertThat(out.toString().lines().filter(line -> line.startsWith("pass ")))
        .extracting(line -> line.replaceAll(": [0-9.]+ images/s", ""))
        .startsWith(
            "pass 1 of 2: averaging on 1",
            "pass 1 of 2: allreduce on 1",
            "pass 1 of 2: stock on 1",
            "pass 1 of 2: averaging on 2")
        .hasSize(2 * 2 * 3);
    assertThat(Files.readString(folder.resolve("report.html")))
        .contains("Espalier: benchmark-scaling");
  }

  @Test
  void aStrongWorkloadSharesTheBatch() throws Exception {
    SharedSpark.context();
    assertThat(
            run(
                "benchmark.workload=strong",
                "benchmark.contenders=[allreduce]",
                "benchmark.repeats=1",
                "benchmark.budgetImages=0",
                "benchmark.simulation.executors=[]"))
        .as(err.toString())
        .isZero();
    JsonNode scaling = JobRuns.report(folder).path("scaling");
    assertThat(scaling.path("allreduce").path("points").findValues("batch"))
        .extracting(JsonNode::asInt)
        .containsExactly(4, 2);
    assertThat(scaling.path("allreduce").path("points").path(0).path("top1").isNull()).isTrue();
    for (String absent : List.of("averaging", "stock", "simulation", "budgetImages")) {
      assertThat(scaling.path(absent).isNull()).as(absent).isTrue();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "benchmark.executors=[1,4]|benchmark.executors must be at most 2, as many as local[2,4] has:"
            + " 4",
        "benchmark.executors=[2]|benchmark.executors must rise from 1, with which the others are"
            + " compared: [2] (--set benchmark.executors)",
        "benchmark.executors=[1,1.5]|benchmark.executors must be a list of whole numbers of at least"
            + " 1: [1,1.5] (--set benchmark.executors)",
        "benchmark.contenders=[]|benchmark.contenders must be one or more, each once: [] (--set"
            + " benchmark.contenders)",
        "benchmark.images=17|benchmark.images must be a multiple of the batch (4), so that all steps"
            + " are alike: 17 (--set benchmark.images)",
        "benchmark.images=40|benchmark.images must be less: it takes 40 training images where executors"
            + " is 1, there are 32",
        "benchmark.images=20|benchmark.images must be less: it takes 40 training images where executors"
            + " is 2, there are 32",
        "benchmark.budgetImages=48|benchmark.budgetImages must be a multiple of the training images"
            + " (32), or less: 48",
        "benchmark.network=lenet5|benchmark.contenders cannot have stock for lenet5: Cannot write a"
            + " network in stock layers: only layers of ResNets for CIFAR are served (pool1 of type"
            + " Pooling)",
        "benchmark.simulation.overlap=2|benchmark.simulation.overlap must be in [0, 1]: 2 (--set"
            + " benchmark.simulation.overlap)",
      })
  void whatCannotBeMeasuredIsOneSentenceAndTwo(String setting, String sentence) {
    SharedSpark.context();
    assertThat(run(setting)).isEqualTo(2);
    assertThat(err.toString()).isEqualTo("espalier: " + sentence + "\n");
  }

  @Test
  void aStrongWorkloadNeedsABatchThatCanBeShared() {
    assertThat(run("benchmark.workload=strong", "benchmark.batch=4", "benchmark.executors=[1,3]"))
        .isEqualTo(2);
    assertThat(err.toString())
        .isEqualTo(
            "espalier: benchmark.batch must be a multiple of each number of executors (3): 4"
                + " (--set benchmark.batch)\n");
  }

  @Test
  void benchmarkHelpNamesTheCommand() {
    assertThat(
            new Espalier()
                .run(
                    new PrintWriter(out, true),
                    new PrintWriter(err, true),
                    "benchmark",
                    "scaling",
                    "--help"))
        .isZero();
    assertThat(out.toString())
        .startsWith("Usage: espalier benchmark scaling")
        .contains("espalier benchmark scaling --print-config");
  }
}
