package org.espalier.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.util.ModelSerializer;
import org.espalier.zoo.CifarResNet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.activations.Activation;

class InspectJobTest {
  @TempDir Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... settings) {
    List<String> all = new ArrayList<>(List.of("output=" + output(), "evaluation.latencyRuns=2"));
    return JobRuns.run(out, err, JobRuns.arguments("inspect", all, settings));
  }

  private Path output() {
    return folder.resolve("out");
  }

  private JsonNode report() throws IOException {
    return new ObjectMapper().readTree(output().resolve("report.json").toFile());
  }

  private String saved(String name, ComputationGraph graph) throws IOException {
    File file = folder.resolve(name).toFile();
    ModelSerializer.writeModel(graph, file, false);
    return file.getPath();
  }

  private static ComputationGraph resNet20() {
    ComputationGraph graph = new ComputationGraph(CifarResNet.builder(20).build());
    graph.init();
    return graph;
  }

  private static JsonNode layer(JsonNode inspect, String name) {
    for (JsonNode layer : inspect.path("layers")) {
      if (layer.path("name").asText().equals(name)) {
        return layer;
      }
    }
    throw new AssertionError("no layer " + name);
  }

  @Test
  void withoutDataANewNetworkIsSummedUp() throws IOException {
    assertThat(run("model.name=resnet56", "inspect.dump=[text,dot,json,npy]"))
        .as(err.toString())
        .isZero();
    JsonNode before = report().path("before");
    assertThat(before.path("parameters").asLong()).isEqualTo(853_018);
    assertThat(before.path("macs").asLong()).isEqualTo(125_485_696);
    assertThat(before.path("top1").isNull()).isTrue();
    assertThat(before.path("latencyMillis").asDouble()).isPositive();
    assertThat(report().path("spark").isNull()).isTrue();
    JsonNode inspect = report().path("inspect");
    assertThat(inspect.path("conventions").path("abcpruner").path("operations").asLong())
        .isEqualTo(127_615_616);
    assertThat(inspect.path("latency").path("allThreadsMillis").asDouble()).isPositive();
    assertThat(layer(inspect, "conv1").path("macs").asLong()).isEqualTo(442_368);
    assertThat(layer(inspect, "conv1").has("outputs")).isFalse();
    assertThat(out.toString())
        .containsPattern("(?m)^conv1 +Convolution +32x32x16 +432 +442,368 ")
        .containsPattern("(?m)^total +853,018 +125,485,696 ")
        .contains("Note: The network is new: its weights are random.");
    assertThat(Files.readString(output().resolve("inspect.html"))).contains("layer3.8.conv2");
    assertThat(Files.readString(output().resolve("dump.txt"))).startsWith("input: Input");
    assertThat(Files.readString(output().resolve("dump.dot"))).startsWith("digraph");
    assertThat(Files.readString(output().resolve("dump.json"))).contains("\"nodes\"");
    assertThat(output().resolve("weights/layer3.8.bn2.gamma.npy")).isNotEmptyFile();
    assertThat(output().resolve("activations")).doesNotExist();
  }

  @Test
  void aNetworkIsProfiledBesideAnother() throws IOException {
    ComputationGraph original = resNet20();
    String first = saved("original.zip", original);
    original.getLayer("conv1").getParam("W").muli(0.9);
    String second = saved("changed.zip", original);
    assertThat(
            run(
                "model.weights=" + second,
                "inspect.against=" + first,
                "inspect.profile=true",
                "inspect.dump=[npy]",
                "data.synthetic.test=20",
                "data.synthetic.train=1",
                "evaluation.batch=8"))
        .as(err.toString())
        .isZero();
    JsonNode inspect = report().path("inspect");
    JsonNode conv = layer(inspect, "conv1");
    assertThat(conv.path("fidelity").path("signalToNoise").asDouble()).isBetween(19.99, 20.01);
    assertThat(conv.path("outputs").path("histogram").path("counts")).isNotEmpty();
    assertThat(conv.path("alone").path("accuracy").asDouble()).isBetween(0.0, 1.0);
    assertThat(inspect.path("against").path("changed").toString()).isEqualTo("[\"conv1\"]");
    assertThat(Files.readString(output().resolve("diff.txt")))
        .startsWith("~ conv1\n    W [16, 3, 3, 3]: differs by at most 0.");
    assertThat(report().path("before").path("top1").asDouble()).isBetween(0.0, 1.0);
    assertThat(report().path("data").path("test").asInt()).isEqualTo(20);
    assertThat(output().resolve("activations/linear.npy")).hasSize(128 + 4 * 4 * 10);
  }

  @Test
  void stockNetworksWithChannelsFirstAreInspectedToo() throws IOException {
    ComputationGraph graph =
        new ComputationGraph(
            new NeuralNetConfiguration.Builder()
                .graphBuilder()
                .addInputs("input")
                .setInputTypes(InputType.convolutional(8, 6, 2))
                .addLayer("conv", new ConvolutionLayer.Builder(3, 3).nOut(4).build(), "input")
                .addLayer(
                    "out",
                    new OutputLayer.Builder().nOut(3).activation(Activation.SOFTMAX).build(),
                    "conv")
                .setOutputs("out")
                .build());
    graph.init();
    String file = saved("stock.zip", graph);
    assertThat(run("model.weights=" + file, "inspect.input=[8,6,2]")).as(err.toString()).isZero();
    JsonNode conv = layer(report().path("inspect"), "conv");
    assertThat(conv.path("shape").toString()).isEqualTo("[4,6,4]");
    assertThat(conv.path("macs").asLong()).isEqualTo(6 * 4 * 4 * 2 * 9);
    assertThat(run("model.weights=" + file)).isEqualTo(1);
    assertThat(err.toString())
        .startsWith("espalier: Cannot inspect " + file + " for images of 32x32x3: ")
        .endsWith("(inspect.input sets their shape)\n")
        .hasLineCount(1);
  }

  @Test
  void whatCannotBeUsedIsRefusedBeforeTheWork() {
    assertThat(run("inspect.dump=[png]")).isEqualTo(2);
    assertThat(run("inspect.input=[8,8]")).isEqualTo(2);
    assertThat(run("inspect.against=/none.zip")).isEqualTo(2);
    assertThat(run("inspect.kept=" + folder)).isEqualTo(2);
    assertThat(run("inspect.profile=true", "inspect.input=[8,8,3]")).isEqualTo(2);
    assertThat(err.toString().lines().map(line -> line.replaceAll(": \"?/.*", "")))
        .containsExactly(
            "espalier: inspect.dump must be a list of some of text, dot, json, npy: [\"png\"]"
                + " (--set inspect.dump)",
            "espalier: inspect.input must be three whole numbers: rows, columns, channels: [8,8]"
                + " (--set inspect.input)",
            "espalier: inspect.against must name something that exists",
            "espalier: inspect.kept must be null where inspect.against is",
            "espalier: inspect.input must be the shape of the data's images, 32x32x3: 8x8x3");
  }

  @Test
  void aReportWithoutChannelsIsRefused() throws IOException {
    String file = saved("original.zip", resNet20());
    Path kept = Files.writeString(folder.resolve("report.json"), "{\"layers\": []}");
    String[] settings = {
      "model.weights=" + file,
      "inspect.against=" + file,
      "inspect.kept=" + kept,
      "inspect.profile=true",
      "data.synthetic.test=4"
    };
    assertThat(run(settings)).isEqualTo(1);
    Files.writeString(kept, "none");
    assertThat(run(settings)).isEqualTo(1);
    assertThat(err.toString())
        .contains("Cannot read the channels left: no layer in " + kept + " says which it kept\n")
        .contains("Cannot read the channels left: " + kept + " is not JSON: ");
  }
}
