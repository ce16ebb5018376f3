package org.espalier.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.util.ModelSerializer;
import org.espalier.quantize.simqat.SimQat;
import org.espalier.zoo.CifarResNet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;

/** The verb export, and evaluate in ONNX Runtime with what it wrote. */
class ExportJobTest {
  private static final List<String> IMAGES =
      List.of("data.synthetic.height=32", "data.synthetic.width=32", "data.synthetic.classes=10");

  @TempDir private Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private ComputationGraph network;

  @BeforeEach
  void makeNetwork() {
    network = new ComputationGraph(CifarResNet.builder(20).build());
    network.init();
  }

  private int run(String verb, String... settings) {
    List<String> all = new ArrayList<>(List.of("output=" + output()));
    all.addAll(IMAGES);
    if (verb.startsWith("evaluate")) {
      all.add("evaluation.latencyRuns=3");
    }
    return JobRuns.run(out, err, JobRuns.arguments(verb, all, settings));
  }

  private Path output() {
    return folder.resolve("out");
  }

  private String file() {
    return output().resolve("model.onnx").toString();
  }

  private JsonNode report() throws IOException {
    return new ObjectMapper().readTree(output().resolve("report.json").toFile());
  }

  private String saved(ComputationGraph graph) throws IOException {
    Path file = folder.resolve("net.zip");
    ModelSerializer.writeModel(graph, file.toFile(), false);
    return file.toString();
  }

  @Test
  void aNetworkIsWrittenInFloatAndRead() throws IOException {
    assertThat(run("export", "model.weights=" + saved(network))).as(err.toString()).isZero();
    assertThat(report().at("/export/weights").asText()).isEqualTo("float32");
    assertThat(report().at("/export/sizeBytes").asLong()).isEqualTo(Files.size(Path.of(file())));
    assertThat(
            run(
                "evaluate --runtime onnx",
                "model.weights=" + file(),
                "data.synthetic.test=50",
                "evaluation.batch=20"))
        .as(err.toString())
        .isZero();
    JsonNode onnx = report().path("onnx");
    assertThat(onnx.at("/metadata/source").asText()).isEqualTo("net.zip");
    assertThat(onnx.path("metadata").has("top1")).isFalse();
    assertThat(onnx.at("/oneThread/threads").asInt()).isEqualTo(1);
    for (String threads : List.of("oneThread", "allThreads")) {
      double median = onnx.path(threads).path("medianMillis").asDouble();
      assertThat(median).isPositive();
      assertThat(onnx.path(threads).path("p99Millis").asDouble()).isGreaterThanOrEqualTo(median);
      assertThat(onnx.path(threads).path("framesPerSecond").asDouble()).isPositive();
    }
    JsonNode before = report().path("before");
    assertThat(before.path("parameters").asLong()).isEqualTo(269_722);
    assertThat(before.path("sizeBytes").asLong()).isEqualTo(Files.size(Path.of(file())));
    assertThat(before.path("top5").asDouble()).isBetween(before.path("top1").asDouble(), 1.0);
  }

  @Test
  void calibrationWritesIntegers() throws IOException {
    assertThat(
            run(
                "export",
                "model.weights=" + saved(network),
                "export.calibration=64",
                "data.synthetic.train=200",
                "data.synthetic.test=60"))
        .as(err.toString())
        .isZero();
    assertThat(report().at("/export/weights").asText()).isEqualTo("int8");
    assertThat(report().at("/export/sizeBytes").asLong()).isLessThan(300_000);
    assertThat(report().at("/data/train").asLong()).isEqualTo(200);
    double top1 = report().at("/export/top1").asDouble();
    assertThat(out.toString())
        .contains(String.format(Locale.ROOT, "bytes, int8, top-1 %.2f %%", 100 * top1));
    assertThat(run("evaluate --runtime onnx", "model.weights=" + file(), "data.synthetic.test=60"))
        .as(err.toString())
        .isZero();
    assertThat(report().at("/before/top1").asDouble()).isCloseTo(top1, within(1.5 / 60));
    JsonNode metadata = report().at("/onnx/metadata");
    assertThat(metadata.path("top1").asText()).isEqualTo(Double.toString(top1));
    assertThat(metadata.path("classes").asText().lines()).hasSize(10);
    assertThat(report().at("/before/parameters").asLong()).isPositive();
    assertThat(report().at("/before/macs").asLong()).isEqualTo(40_551_040);
  }

  @Test
  void aNetworkIsMeasuredOnTheDataNamed() throws IOException {
    Path images = Files.createDirectories(folder.resolve("images"));
    byte[] records = new byte[30 * 3073];
    new Random(5).nextBytes(records);
    for (int record = 0; record < 30; record++) {
      records[record * 3073] = (byte) (record % 10);
    }
    Files.write(images.resolve("test_batch.bin"), records);
    String[] data = {"data.format=cifar10", "data.path=" + images};
    String[] export = {"model.weights=" + saved(network), data[0], data[1]};
    assertThat(run("export", export)).as(err.toString()).isZero();
    double top1 = report().at("/export/top1").asDouble();
    assertThat(run("evaluate --runtime onnx", "model.weights=" + file(), data[0], data[1]))
        .as(err.toString())
        .isZero();
    assertThat(report().at("/before/top1").asDouble()).isCloseTo(top1, within(1.5 / 30));
    assertThat(report().at("/onnx/metadata/top1").asText()).isEqualTo(Double.toString(top1));
  }

  @Test
  void aNetworkInTrainingFormIsConverted() throws IOException {
    ComputationGraph form = new SimQat(8).apply(network);
    form.output(true, Nd4j.rand(DataType.FLOAT, 4, 32, 32, 3));
    assertThat(run("export", "model.weights=" + saved(form))).as(err.toString()).isZero();
    assertThat(report().at("/export/weights").asText()).isEqualTo("int8");
  }

  @Test
  void whatCannotBeExportedOrRunIsSaidInASentence() throws IOException {
    String zip = saved(network);
    assertThat(run("export")).isEqualTo(2);
    assertThat(run("export", "model.weights=" + zip, "export.calibration=-1")).isEqualTo(2);
    assertThat(run("evaluate --runtime onnx", "model.weights=" + zip)).isEqualTo(2);
    assertThat(run("export", "model.weights=" + saved(new SimQat(8).apply(network)))).isEqualTo(1);
    assertThat(run("export", "model.weights=" + saved(network))).isZero();
    byte[] whole = Files.readAllBytes(Path.of(file()));
    Path cut = Files.write(folder.resolve("cut.onnx"), Arrays.copyOf(whole, whole.length / 2));
    assertThat(run("evaluate --runtime onnx", "model.weights=" + cut)).isEqualTo(1);
    String[] other = {"model.weights=" + file(), "data.synthetic.height=28"};
    assertThat(run("evaluate --runtime onnx", other)).isEqualTo(1);
    String[] few = {"model.weights=" + file(), "data.synthetic.classes=4"};
    assertThat(run("evaluate --runtime onnx", few)).isEqualTo(1);
    List<String> said = err.toString().lines().toList();
    assertThat(said).hasSize(7);
    assertThat(said.get(0)).contains("model.weights must name the file with the network to export");
    assertThat(said.get(1)).contains("export.calibration must be ");
    assertThat(said.get(2))
        .contains("model.weights must be an .onnx file where evaluate.runtime is onnx");
    assertThat(said.get(3)).contains("an activation has no range yet, train first");
    assertThat(said.get(4)).contains("Cannot run " + cut + " in ONNX Runtime: ");
    assertThat(said.get(5))
        .contains("it takes images [C, H, W] of [3, 32, 32], the data are [3, 28, 32]");
    assertThat(said.get(6)).contains("the network tells 10 classes apart, the data have 4");
  }
}
