package org.espalier.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.espalier.weights.WeightsFile;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole pipelines on few images: what is learned here is little, but every stage is real. */
@Tag("slow")
class CompressJobTest {
  @TempDir private Path folder;

  private static List<String> arguments(Path output, String... more) {
    return JobRuns.arguments(
        "compress",
        List.of(
            "output=" + output,
            "seed=7",
            "data.synthetic.train=192",
            "data.synthetic.test=64",
            "training.epochs=1",
            "training.batch=32",
            "prune.fineTune.epochs=1",
            "prune.fineTune.batch=32",
            "scop.epochs=1",
            "scop.batch=32",
            "scop.fineTune.epochs=1",
            "scop.fineTune.batch=32",
            "evaluation.latencyRuns=3",
            "spark.partitions=2"),
        more);
  }

  private JsonNode run(String... settings) throws IOException {
    Path output = folder.resolve("output");
    JobRuns.run(0, arguments(output, settings));
    return JobRuns.report(output);
  }

  private ComputationGraph network() throws IOException {
    return WeightsFile.load(
        new org.apache.hadoop.fs.Path(folder.resolve("output/model.zip").toUri()),
        new Configuration());
  }

  @Test
  void aShareOfTheMacsGoesInSteps() throws Exception {
    JsonNode report =
        run(
            "prune.importance=taylor",
            "prune.taylor.images=64",
            "prune.ranking=global",
            "prune.target=macs",
            "prune.rate=0.5",
            "prune.steps=2",
            "prune.multiple=4");

    assertThat(JobRuns.stages(report))
        .containsExactly(
            "baseline",
            "prune-recalibrate-1",
            "prune-fine-tune-1",
            "prune-recalibrate-2",
            "prune-fine-tune-2");
    double before = report.path("before").path("macs").asDouble();
    assertThat(report.path("after").path("macs").asDouble() / before).isBetween(0.35, 0.5);
    ComputationGraph network = network();
    for (JsonNode layer : report.path("layers")) {
      String name = layer.path("name").asText();
      assertThat(layer.path("channelsAfter").asLong()).isEqualTo(network.layerSize(name));
      assertThat(layer.path("channelsAfter").asInt() % 4).as(name).isZero();
      assertThat(layer.path("kept")).hasSize(layer.path("channelsAfter").asInt());
    }
  }

  @Test
  void algorithmsFollowOneAnother() throws Exception {
    JsonNode report = run("pipeline=[prune, scop]", "prune.importance=scale", "scop.rate=0.25");

    assertThat(JobRuns.stages(report))
        .containsExactly(
            "baseline",
            "prune-recalibrate",
            "prune-fine-tune",
            "scop-knockoff",
            "scop-recalibrate",
            "scop-fine-tune");
    assertThat(report.path("layers").findValuesAsText("name"))
        .startsWith("conv1", "layer1.0.conv1", "layer1.0.conv2", "layer1.1.conv1");
    JsonNode layer = layer(report, "layer3.2.conv1");
    assertThat(layer.path("channelsBefore").asInt()).isEqualTo(64);
    assertThat(layer.path("channelsAfter").asInt()).isEqualTo(34); // 64 - 19 - floor(45 / 4)
    assertThat(network().layerSize("layer3.2.conv1")).isEqualTo(34);
    assertThat(layer(report, "conv1").path("channelsAfter").asInt()).isEqualTo(12); // the stem
    JsonNode pipeline = report.path("pipeline");
    assertThat(pipeline.findValuesAsText("name")).containsExactly("baseline", "prune", "scop");
    for (String number : List.of("top1", "parameters", "macs")) {
      assertThat(pipeline.get(0).get(number)).isEqualTo(report.path("before").get(number));
      assertThat(pipeline.get(2).get(number)).isEqualTo(report.path("after").get(number));
    }
    assertThat(pipeline.findValues("onnxBytes"))
        .extracting(JsonNode::asLong)
        .isSortedAccordingTo(Comparator.<Long>reverseOrder())
        .allSatisfy(bytes -> assertThat(bytes).isGreaterThan(100_000));
  }

  @Test
  void thePruningOfAnAlreadySlimNetworkIsPossibleToo() throws Exception {
    JsonNode report = run("pipeline=[scop, prune]", "prune.ignored=[\"conv1\"]", "scop.rate=0.25");

    assertThat(layer(report, "layer3.2.conv1").path("channelsAfter").asInt())
        .isEqualTo(34); // 64 - 16 - floor(48 * 0.3)
  }

  @Test
  void aLatencyIsATarget() throws Exception {
    JsonNode report = run("prune.target=latency", "prune.rate=0.3");

    assertThat(report.path("after").path("parameters").asLong()).isLessThan(269_722);
  }

  @Test
  void aStepThatCannotWorkFailsBeforeAnyTraining() throws Exception {
    Path output = folder.resolve("output");
    String said = JobRuns.run(1, arguments(output, "model.name=lenet5", "pipeline=[prune, scop]"));

    assertThat(said).contains("Cannot prune this network: it has no residual block");
    assertThat(Files.readString(folder.resolve("output/events.jsonl")))
        .doesNotContain("stage-started");
  }

  @Test
  void aKilledPipelineGoesOnWhereItWas() throws Exception {
    Path whole = folder.resolve("whole");
    JobRuns.run(0, arguments(whole, "pipeline=[prune, scop]"));
    Path killed = folder.resolve("killed");
    Path log = folder.resolve("process.log");
    Process process = JobRuns.start(arguments(killed, "pipeline=[prune, scop]"), log);
    JobRuns.awaitEvent(killed, "\"stage-started\",\"stage\":\"scop-knockoff\"", process, log);
    process.destroyForcibly().waitFor();

    JobRuns.run(0, arguments(killed, "pipeline=[prune, scop]"));

    assertThat(Files.readString(killed.resolve("events.jsonl")))
        .contains("\"stage-resumed\",\"stage\":\"prune-fine-tune\"")
        .containsOnlyOnce("\"stage-ended\",\"name\":\"prune-fine-tune\"");
    assertThat(JobRuns.outcome(killed)).isEqualTo(JobRuns.outcome(whole));
  }

  private static JsonNode layer(JsonNode report, String name) {
    for (JsonNode layer : report.path("layers")) {
      if (layer.path("name").asText().equals(name)) {
        return layer;
      }
    }
    throw new AssertionError("no layer " + name + " in " + report.path("layers"));
  }
}
