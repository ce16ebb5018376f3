package org.espalier.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import onnx.Onnx.GraphProto;
import onnx.Onnx.ModelProto;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.espalier.data.ImageShape;
import org.espalier.export.onnx.OnnxExport;
import org.espalier.quantize.network.QuantizedNetwork;
import org.espalier.zoo.LeNet5;
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
  void anEmptyDataSetIsSaidInASentence() throws Exception {
    Path images = Files.createDirectories(folder.resolve("images"));
    Path train = Files.createFile(images.resolve("data_batch_1.bin"));
    Path output = folder.resolve("output");

    assertThat(JobRuns.run(1, arguments(output, "data.format=cifar10", "data.path=" + images)))
        .isEqualToIgnoringNewLines(
            "espalier: Cannot read CIFAR-10 file file:" + train + ": it is empty");
  }

  @Test
  void aBrokenOnnxFileIsSaidInASentence() throws Exception {
    ComputationGraph network = new ComputationGraph(LeNet5.builder().build());
    network.init();
    byte[] whole =
        OnnxExport.of(network, Images.inputType(new ImageShape(28, 28, 1))).build().bytes();
    assertThat(refusal(Arrays.copyOf(whole, whole.length / 2)))
        .isEqualTo("it is cut short or no ONNX file");
    assertThat(refusal(changed(whole, graph -> graph.getNodeBuilder(0).setOpType("Erf"))))
        .startsWith("node conv1 (Erf) is not supported; supported are Add, ");
    assertThat(
            refusal(
                changed(
                    whole,
                    graph ->
                        graph
                            .getInputBuilder(0)
                            .getTypeBuilder()
                            .getTensorTypeBuilder()
                            .getShapeBuilder()
                            .getDimBuilder(2)
                            .setDimParam("height"))))
        .isEqualTo("the height of input input is dynamic (height); only the batch may be");
  }

  /** Returns why a job does not begin with an ONNX file: all that it says of it. */
  private String refusal(byte[] model) throws IOException {
    Path file = Files.write(folder.resolve("net.onnx"), model);
    String said = JobRuns.run(1, arguments(folder.resolve("output"), "model.weights=" + file));
    assertThat(said.strip().lines()).hasSize(1);
    String beginning = "Cannot import " + file + ": ";
    assertThat(said).contains(beginning);
    return said.substring(said.indexOf(beginning) + beginning.length()).strip();
  }

  private static byte[] changed(byte[] model, Consumer<GraphProto.Builder> change)
      throws IOException {
    ModelProto.Builder builder = ModelProto.parseFrom(model).toBuilder();
    change.accept(builder.getGraphBuilder());
    return builder.build().toByteArray();
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
