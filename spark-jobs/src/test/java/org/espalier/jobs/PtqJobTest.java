package org.espalier.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.espalier.quantize.network.QuantizedNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PtqJobTest {
  @TempDir private Path folder;

  private static List<String> arguments(Path output, String... more) {
    return JobRuns.arguments(
        "ptq",
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
            "ptq.calibration.images=40",
            "evaluation.latencyRuns=0",
            "spark.partitions=2"),
        more);
  }

  private JsonNode quantized(String name, String... settings) throws Exception {
    Path output = folder.resolve(name);
    JobRuns.run(0, arguments(output, settings));
    return JobRuns.report(output).path("quantization");
  }

  private QuantizedNetwork network(String name) throws Exception {
    return QuantizedNetwork.of(JobRuns.network(folder.resolve(name), "model.zip"));
  }

  @Test
  void weightsAndActivationsAreRoundedAndEachLayerIsJudged() throws Exception {
    JsonNode section = quantized("output", "ptq.sensitivity.images=32", "ptq.observer=mse");

    assertThat(section.path("rounded").isNull()).isTrue();
    assertThat(section.path("images").asInt()).isEqualTo(40);
    assertThat(section.path("packedBytes").asLong() * 4)
        .isEqualTo(section.path("floatBytes").asLong());
    assertThat(section.path("layers")).hasSize(5);
    for (JsonNode layer : section.path("layers")) {
      assertThat(layer.path("weightSignalToNoise").asDouble()).isGreaterThan(35);
      assertThat(layer.path("outputSignalToNoise").asDouble()).isGreaterThan(20);
      assertThat(layer.path("outputAlone").asDouble()).isGreaterThan(20);
      assertThat(layer.path("outputDrop").isNumber()).isTrue();
    }
    JsonNode report = JobRuns.report(folder.resolve("output"));
    assertThat(JobRuns.stages(report)).containsExactly("baseline", "calibrate");
    assertThat(report.path("after").path("top1")).isEqualTo(section.path("deployed"));
    assertThat(network("output").activations()).isNotEmpty();
  }

  @Test
  void weightsAloneNeedNoGridsOfActivations() throws Exception {
    JsonNode section = quantized("output", "ptq.activationBits=null", "ptq.bits=4");

    assertThat(section.path("layers").get(1).path("bits").asInt()).isEqualTo(4);
    assertThat(section.path("layers").get(0).path("bits").asInt()).isEqualTo(8);
    assertThat(section.path("layers").get(1).path("inputBits").isNull()).isTrue();
    assertThat(network("output").activations()).isEmpty();
  }

  @Test
  void calibrationDoesNotDependOnHowImagesAreSpread() throws Exception {
    // The baseline does; without a step of training it is the same.
    String untrained = "training.learningRate=1e-30";
    quantized("one", untrained, "spark.partitions=1", "training.momentum=0");
    quantized("three", untrained, "spark.partitions=3", "training.momentum=0");

    assertThat(network("three").activations()).isEqualTo(network("one").activations());
  }

  @Test
  void whatLosesLessIsPossibleToo() throws Exception {
    JsonNode section =
        quantized(
            "output",
            "ptq.bits=3",
            "ptq.clipWeights=true",
            "ptq.equalization=true",
            "ptq.biasCorrection=empirical",
            "ptq.rounding=adaptive",
            "ptq.roundingSteps=10",
            "ptq.observer=kl");

    assertThat(section.path("algorithm").asText()).contains("EMPIRICAL");
    assertThat(section.path("layers").get(2).path("bits").asInt()).isEqualTo(3);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ptq.bits=9 | ptq.bits must be a whole number from 2 to 8: 9",
        "ptq.activationBits=9 | ptq.activationBits must be a whole number from 2 to 8: 9",
        "ptq.calibration.images=0 | ptq.calibration.images must be a whole number of at least 1: 0",
        "ptq.observer=entropy | ptq.observer must be one of minmax, percentile, kl, mse:",
        "ptq.roundingSteps=0 | ptq.roundingSteps must be a whole number of at least 1: 0"
      })
  void whatCannotBeIsSaidBeforeSparkStarts(String setting, String sentence) throws Exception {
    Path output = folder.resolve("output");

    assertThat(JobRuns.run(2, arguments(output, "ptq.rounding=adaptive", setting)))
        .contains(sentence);

    assertThat(Files.exists(output.resolve("events.jsonl"))).isFalse();
  }

  @Test
  void nothingFollowsRoundingInAPipeline() {
    Path output = folder.resolve("output");

    assertThat(
            JobRuns.run(
                2,
                JobRuns.arguments(
                    "compress", List.of("output=" + output, "pipeline=[ptq, prune]"))))
        .contains("pipeline must have nothing behind qat or ptq");
  }
}
