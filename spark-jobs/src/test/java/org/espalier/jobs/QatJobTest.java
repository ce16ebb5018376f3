package org.espalier.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.espalier.quantize.network.QuantizedNetwork;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole jobs on few images: what is learned here is little, but every stage is real. */
class QatJobTest {
  @TempDir private Path folder;

  static List<String> arguments(Path output, String... more) {
    return JobRuns.arguments(
        "qat",
        List.of(
            "output=" + output,
            "seed=7",
            "model.name=lenet5",
            "data.synthetic.height=20",
            "data.synthetic.width=20",
            "data.synthetic.train=96",
            "data.synthetic.test=48",
            "training.epochs=1",
            "training.batch=16",
            "qat.images=32",
            "qat.fineTune.epochs=2",
            "qat.fineTune.batch=16",
            "qat.fineTune.averagingInterval=2",
            "evaluation.latencyRuns=0",
            "spark.partitions=2"),
        more);
  }

  @ParameterizedTest
  @ValueSource(strings = {"averaging", "allreduce"})
  void theNetworkIsTrainedRoundedAndDeployed(String mode) throws Exception {
    Path output = folder.resolve("output");

    JobRuns.run(0, arguments(output, "qat.fineTune.mode=" + mode));

    JsonNode report = JobRuns.report(output);
    assertThat(JobRuns.stages(report)).containsExactly("baseline", "fine-tune");
    JsonNode section = report.path("quantization");
    assertThat(section.path("layers").findValuesAsText("name"))
        .containsExactly("conv1", "conv2", "fc1", "fc2", "fc3");
    assertThat(section.path("packedBytes").asLong() * 4)
        .isEqualTo(section.path("floatBytes").asLong());
    assertThat(section.path("deployed").asDouble())
        .isEqualTo(report.path("after").path("top1").asDouble());
    for (JsonNode layer : section.path("layers")) {
      assertThat(layer.path("bits").asInt()).isEqualTo(8);
      assertThat(layer.path("inputBits").asInt()).isEqualTo(8);
      assertThat(layer.path("weightSignalToNoise").asDouble()).isGreaterThan(30);
      assertThat(sum(layer.path("weightHistogram").path("after")))
          .isEqualTo(layer.path("weights").asLong());
      assertThat(sum(layer.path("inputHistogram").path("before")))
          .isEqualTo(sum(layer.path("inputHistogram").path("after")));
    }
    QuantizedNetwork integers = QuantizedNetwork.of(JobRuns.network(output, "model.zip"));
    assertThat(integers.layers()).hasSize(5);
    assertThat(output.resolve("model.onnx")).isNotEmptyFile();
    assertThat(JobRuns.network(output, "training-form.zip").getIterationCount()).isEqualTo(6);
    assertThat(output.resolve("report.html")).content().contains("\"weightSignalToNoise\"");
    assertThat(output.resolve("checkpoints")).doesNotExist();
  }

  private static long sum(JsonNode counts) {
    long sum = 0;
    for (JsonNode count : counts) {
      sum += count.asLong();
    }
    return sum;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "lsq | qat.bits=3 | 3",
        "slb | qat.bits=2 | 2",
        "simqat | qat.simqat.observer=extremes | 8"
      })
  void otherAlgorithmsGoTheSameWay(String algorithm, String setting, int bits) throws Exception {
    Path output = folder.resolve("output");

    JobRuns.run(
        0, arguments(output, "qat.algorithm=" + algorithm, setting, "qat.fineTune.epochs=1"));

    JsonNode layer = JobRuns.report(output).path("quantization").path("layers").get(1);
    assertThat(layer.path("bits").asInt()).isEqualTo(bits);
    assertThat(layer.path("weightSignalToNoise").isNull()).isEqualTo(algorithm.equals("slb"));
    assertThat(QuantizedNetwork.of(JobRuns.network(output, "model.zip")).layers()).hasSize(5);
  }

  /**
   * Two shards, no batch normalisation: one task after the other or both at once, it is the same.
   */
  @ParameterizedTest
  @ValueSource(strings = {"simqat", "lsq"})
  void oneThreadTrainsWhatTwoDo(String algorithm) throws Exception {
    Path one = folder.resolve("one");
    JobRuns.run(0, arguments(one, "qat.algorithm=" + algorithm), "local[1]");
    Path two = folder.resolve("two");
    JobRuns.run(0, arguments(two, "qat.algorithm=" + algorithm));

    assertThat(JobRuns.report(one).at("/spark/master").asText()).isEqualTo("local[1]");
    assertThat(JobRuns.outcome(one)).isEqualTo(JobRuns.outcome(two));
    assertThat(JobRuns.network(one, "training-form.zip").params())
        .isEqualTo(JobRuns.network(two, "training-form.zip").params());
    assertThat(JobRuns.network(one, "model.zip").getConfiguration().toJson())
        .isEqualTo(JobRuns.network(two, "model.zip").getConfiguration().toJson());
    assertThat(Files.readAllBytes(one.resolve("model.onnx")))
        .isEqualTo(Files.readAllBytes(two.resolve("model.onnx")));
  }

  @Tag("slow")
  @ParameterizedTest
  @ValueSource(strings = {"simqat", "lsq"})
  void aKilledJobGoesOnAndEndsWithTheSameRangesAndSteps(String algorithm) throws Exception {
    String[] chosen = {"qat.algorithm=" + algorithm, "qat.fineTune.epochs=20"};
    Path whole = folder.resolve("whole");
    JobRuns.run(0, arguments(whole, chosen));
    Path killed = folder.resolve("killed");
    Path log = folder.resolve("process.log");
    Process process = JobRuns.start(arguments(killed, chosen), log);
    JobRuns.awaitEvent(killed, "\"epoch\",\"stage\":\"fine-tune\",\"epoch\":2,", process, log);
    process.destroyForcibly().waitFor();
    assertThat(killed.resolve("report.json")).doesNotExist();

    JobRuns.run(0, arguments(killed, chosen));

    assertThat(Files.readString(killed.resolve("events.jsonl")))
        .contains("\"stage-resumed\",\"stage\":\"fine-tune\"");
    assertThat(JobRuns.outcome(killed)).isEqualTo(JobRuns.outcome(whole));
    assertThat(JobRuns.network(killed, "training-form.zip").params())
        .isEqualTo(JobRuns.network(whole, "training-form.zip").params());
    assertThat(JobRuns.network(killed, "model.zip").getConfiguration().toJson())
        .isEqualTo(JobRuns.network(whole, "model.zip").getConfiguration().toJson());
  }

  @Test
  @Tag("slow")
  void aNetworkThatWasPrunedIsQuantised() throws Exception {
    Path output = folder.resolve("output");
    List<String> arguments =
        JobRuns.arguments(
            "compress",
            arguments(output).stream().filter(each -> each.contains("=")).toList(),
            "model.name=resnet20",
            "pipeline=[prune, qat]",
            "prune.fineTune.epochs=1",
            "prune.fineTune.batch=16");

    JobRuns.run(0, arguments);

    JsonNode report = JobRuns.report(output);
    assertThat(JobRuns.stages(report))
        .containsExactly("baseline", "prune-recalibrate", "prune-fine-tune", "qat-fine-tune");
    assertThat(report.path("quantization").path("layers")).hasSize(20);
    assertThat(report.path("after").path("parameters").asLong()).isLessThan(200_000);
    for (JsonNode layer : report.path("layers")) {
      assertThat(layer.path("macsAfter").asLong()).isLessThan(layer.path("macsBefore").asLong());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "qat.bits=9 | qat.bits must be a whole number from 2 to 8: 9",
        "qat.activationBits=9 | qat.activationBits must be a whole number from 2 to 8: 9",
        "qat.activationBits=1 | qat.activationBits must be a whole number from 2 to 8: 1",
        "qat.algorithm=pact | qat.algorithm must be one of simqat, lsq, slb: \"pact\"",
        "qat.endBits=8 | qat.endBits must be null unless qat.algorithm is lsq: 8",
        "qat.images=0 | qat.images must be a whole number of at least 1: 0",
        "qat.simqat.perChannel=false | qat.simqat.folding must be two-convolutions or",
        "qat.simqat.observerFreeze=0 | qat.simqat.observerFreeze must be a whole number of at",
        "qat.simqat.decay=1 | qat.simqat.decay must be in [0, 1): 1",
        "qat.algorithm=slb | qat.bits must be 1, 2 or 4 when qat.algorithm is slb: 8"
      })
  void whatCannotBeIsSaidBeforeSparkStarts(String setting, String sentence) throws Exception {
    Path output = folder.resolve("output");

    assertThat(JobRuns.run(2, arguments(output, setting))).contains(sentence);

    assertThat(Files.exists(output.resolve("events.jsonl"))).isFalse();
  }
}
