package org.espalier.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.conf.Configuration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.espalier.spark.SharedSpark;
import org.espalier.weights.WeightsFile;

/** Runs verbs as tests do: here, on the shared Spark, or in a process that can be killed. */
final class JobRuns {
  private static final ObjectMapper JSON = new ObjectMapper();

  private JobRuns() {}

  /** Returns the arguments of a verb with settings. */
  static List<String> arguments(String verb, List<String> settings, String... more) {
    List<String> arguments = new ArrayList<>(List.of(verb.split(" ")));
    settings.forEach(setting -> arguments.addAll(List.of("--set", setting)));
    for (String setting : more) {
      arguments.addAll(List.of("--set", setting));
    }
    return arguments;
  }

  /** Runs here; returns what was said to the error stream, after an exit code as expected. */
  static String run(int expected, List<String> arguments) {
    SharedSpark.context();
    return runHere(expected, arguments);
  }

  /** Runs here on a Spark of its own, in the place of the shared one. */
  static String run(int expected, List<String> arguments, String master) {
    SharedSpark.stop();
    List<String> all = new ArrayList<>(arguments);
    all.addAll(List.of("--master", master));
    return runHere(expected, all);
  }

  private static String runHere(int expected, List<String> arguments) {
    StringWriter err = new StringWriter();
    int code = run(new StringWriter(), err, arguments);
    assertThat(code).as(err.toString()).isEqualTo(expected);
    return err.toString();
  }

  /** Runs here, without Spark unless the verb starts one; returns the exit code. */
  static int run(StringWriter out, StringWriter err, List<String> arguments) {
    return new Espalier()
        .run(
            new PrintWriter(out, true),
            new PrintWriter(err, true),
            arguments.toArray(new String[0]));
  }

  /** Starts the job in a process of its own, on a Spark of its own. */
  static Process start(List<String> arguments, Path log) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(argument -> argument.startsWith("--add-opens") || argument.startsWith("-Xmx"))
        .forEach(command::add);
    command.add("-XX:TieredStopAtLevel=1"); // it is killed before better code pays
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Espalier.class.getName()));
    command.addAll(arguments);
    command.addAll(List.of("--master", "local[2]"));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(log.toFile())
        .start();
  }

  /** Waits until the event log of a job in a process has a text. */
  static void awaitEvent(Path output, String event, Process process, Path processLog)
      throws Exception {
    Path log = output.resolve("events.jsonl");
    await(() -> Files.exists(log) && Files.readString(log).contains(event), process, processLog);
  }

  /** Waits until something is the case of a job in a process. */
  static void await(Callable<Boolean> condition, Process process, Path processLog)
      throws Exception {
    long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(5);
    while (!condition.call()) {
      assertThat(process.isAlive()).as(Files.readString(processLog)).isTrue();
      assertThat(System.nanoTime()).as("time").isLessThan(end);
      Thread.sleep(50);
    }
  }

  /** Returns a network that a job left. */
  static ComputationGraph network(Path output, String file) throws IOException {
    return WeightsFile.load(
        new org.apache.hadoop.fs.Path(output.resolve(file).toUri()), new Configuration());
  }

  static JsonNode report(Path output) throws IOException {
    return JSON.readTree(output.resolve("report.json").toFile());
  }

  /** Returns the names of the stages of a report. */
  static List<String> stages(JsonNode report) {
    return report.path("stages").findValuesAsText("name");
  }

  /** Returns what a report says apart from times and places. */
  static JsonNode outcome(Path output) throws IOException {
    ObjectNode report = (ObjectNode) report(output);
    report.remove(List.of("config", "wallSeconds", "started", "spark"));
    for (String network : List.of("before", "after")) {
      if (report.get(network) instanceof ObjectNode measured) {
        measured.remove("latencyMillis");
      }
    }
    for (String list : List.of("stages", "history", "pipeline")) {
      for (JsonNode entry : report.path(list)) {
        ((ObjectNode) entry).remove(List.of("seconds", "imagesPerSecond", "onnxMillis"));
      }
    }
    return report;
  }
}
