package org.espalier.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.conf.Configuration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.espalier.spark.SharedSpark;
import org.espalier.weights.WeightsFile;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole job on few images: what is learned here is little, but every stage is real. */
@Tag("slow")
class ScopJobTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path folder;

  private static List<String> arguments(Path output, String... more) {
    List<String> arguments = new ArrayList<>(List.of("scop"));
    for (String setting :
        List.of(
            "output=" + output,
            "seed=7",
            "data.synthetic.train=192",
            "data.synthetic.test=64",
            "training.epochs=1",
            "training.batch=32",
            "scop.epochs=2",
            "scop.batch=32",
            "scop.fineTune.epochs=2",
            "scop.fineTune.batch=32",
            "evaluation.latencyRuns=3",
            "spark.partitions=2")) {
      arguments.addAll(List.of("--set", setting));
    }
    for (String setting : more) {
      arguments.addAll(List.of("--set", setting));
    }
    return arguments;
  }

  private static void run(List<String> arguments) {
    SharedSpark.context();
    StringWriter err = new StringWriter();
    int code =
        new Espalier()
            .run(
                new PrintWriter(new StringWriter()),
                new PrintWriter(err, true),
                arguments.toArray(new String[0]));
    assertThat(code).as(err.toString()).isZero();
  }

  /** Starts the job in a process of its own, on a Spark of its own. */
  private Process start(List<String> arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(argument -> argument.startsWith("--add-opens") || argument.startsWith("-Xmx"))
        .forEach(command::add);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Espalier.class.getName()));
    command.addAll(arguments);
    command.addAll(List.of("--master", "local[2]"));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve("process.log").toFile())
        .start();
  }

  private static JsonNode report(Path output) throws IOException {
    return JSON.readTree(output.resolve("report.json").toFile());
  }

  /** Returns what a report says apart from times and places. */
  private static JsonNode outcome(Path output) throws IOException {
    ObjectNode report = (ObjectNode) report(output);
    report.remove(List.of("config", "wallSeconds", "started", "spark"));
    for (String network : List.of("before", "after")) {
      ((ObjectNode) report.get(network)).remove("latencyMillis");
    }
    for (String list : List.of("stages", "history")) {
      for (JsonNode entry : (ArrayNode) report.get(list)) {
        ((ObjectNode) entry).remove(List.of("seconds", "imagesPerSecond"));
      }
    }
    return report;
  }

  private void awaitEvent(Path output, String event, Process process) throws Exception {
    Path log = output.resolve("events.jsonl");
    long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(5);
    while (!Files.exists(log) || !Files.readString(log).contains(event)) {
      assertThat(process.isAlive()).as(Files.readString(folder.resolve("process.log"))).isTrue();
      assertThat(System.nanoTime()).as("time").isLessThan(end);
      Thread.sleep(50);
    }
  }

  @Test
  void aKilledJobGoesOnAndEndsWithTheSameReport() throws Exception {
    Path whole = folder.resolve("whole");
    run(arguments(whole));
    Path killed = folder.resolve("killed");
    Process process = start(arguments(killed));
    awaitEvent(killed, "\"pruned\"", process);
    process.destroyForcibly().waitFor();
    assertThat(killed.resolve("report.json")).doesNotExist();

    run(arguments(killed));

    assertThat(Files.readString(killed.resolve("events.jsonl")))
        .contains("\"stage-resumed\"")
        .containsOnlyOnce("\"stage-ended\",\"name\":\"knockoff\"");
    assertThat(outcome(killed)).isEqualTo(outcome(whole));
  }

  @Test
  void theNetworkWrittenIsSlimAndTheReportSaysSo() throws Exception {
    Path output = folder.resolve("output");
    run(arguments(output, "scop.knockoff=noise"));
    ComputationGraph network =
        WeightsFile.load(
            new org.apache.hadoop.fs.Path(output.resolve("model.zip").toUri()),
            new Configuration());
    JsonNode report = report(output);
    assertThat(report.path("before").path("parameters").asLong()).isEqualTo(269_722);
    assertThat(report.path("after").path("parameters").asLong()).isEqualTo(116_485);
    assertThat(network.layerSize("layer3.2.conv2")).isEqualTo(36);
    assertThat(report.path("layers")).hasSize(18);
    assertThat(report.path("stages").findValuesAsText("name"))
        .containsExactly("baseline", "knockoff", "recalibrate", "fine-tune");
    assertThat(output.resolve("report.html")).content().contains("layer3.2.conv2");
    assertThat(output.resolve("checkpoints")).doesNotExist();
  }

  @Test
  void aControlArmNeedsNoKnockoffs() throws Exception {
    Path output = folder.resolve("output");
    run(arguments(output, "scop.importance=random", "scop.fineTune.epochs=1"));
    JsonNode report = report(output);
    assertThat(report.path("stages").findValuesAsText("name"))
        .containsExactly("baseline", "recalibrate", "fine-tune");
    assertThat(report.path("after").path("parameters").asLong()).isEqualTo(116_485);
    assertThat(report.path("notes").toString()).contains("random");
  }
}
