package org.espalier.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class DumpTest {
  private final ComputationGraph graph = Subjects.resNet20();
  private final Topology topology = Topology.of(graph, Subjects.CIFAR);

  @TempDir Path folder;

  private org.apache.hadoop.fs.Path target() {
    return new org.apache.hadoop.fs.Path(folder.toUri());
  }

  @Test
  void theTextNamesInputsShapesAndAttributes() {
    assertThat(Dump.text(topology))
        .startsWith("input: Input -> 32x32x3\n")
        .contains("layer1.0.add: ResidualSum of layer1.0.bn2, bn1 -> 32x32x16\n")
        .contains("linear: Output of pool -> 10 (output)\n")
        .contains("    kernelSize = [3, 3]\n");
  }

  @Test
  void graphvizGetsEveryNodeAndEdge() {
    String dot = Dump.dot(topology);
    assertThat(dot)
        .startsWith("digraph network {\n")
        .endsWith("}\n")
        .contains("\"conv1\" [label=\"conv1\\nConvolution\\n32x32x16\"];")
        .contains("\"bn1\" -> \"layer1.0.add\";");
    long edges = topology.nodes().stream().mapToLong(node -> node.inputs().size()).sum();
    assertThat(dot.lines().filter(line -> line.contains(" -> ")).count()).isEqualTo(edges);
    assertThat(dot.lines().filter(line -> line.contains("[label=")).count())
        .isEqualTo(topology.nodes().size());
  }

  @Test
  void graphvizGetsNamesWithQuotesAndBackslashes() {
    Node odd = new Node("a\"b\\c", "Input", List.of(), List.of(), Map.of());
    assertThat(Dump.dot(new Topology(List.of("a\"b\\c"), List.of(), List.of(odd))))
        .contains("\"a\\\"b\\\\c\" [label=\"a\\\"b\\\\c\\nInput\\n-\"];");
  }

  @Test
  void jsonHoldsTheTopology() throws IOException {
    JsonNode json = new ObjectMapper().readTree(Dump.json(topology));
    assertThat(json.path("outputs").get(0).asText()).isEqualTo("linear");
    JsonNode conv = json.path("nodes").get(1);
    assertThat(conv.path("name").asText()).isEqualTo("conv1");
    assertThat(conv.path("shape").toString()).isEqualTo("[32,32,16]");
    assertThat(conv.path("attributes").path("kernelSize").asText()).isEqualTo("[3, 3]");
  }

  /** Reads a file as NumPy would: its header's shape, then float32. */
  private static INDArray read(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    assertThat(bytes)
        .startsWith(
            (byte) 0x93,
            (byte) 'N',
            (byte) 'U',
            (byte) 'M',
            (byte) 'P',
            (byte) 'Y',
            (byte) 1,
            (byte) 0);
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int length = buffer.getShort(8);
    assertThat((10 + length) % 64).isZero();
    String header = new String(bytes, 10, length, StandardCharsets.US_ASCII);
    assertThat(header)
        .startsWith("{'descr': '<f4', 'fortran_order': False, 'shape': (")
        .endsWith("\n");
    String shape = header.replaceAll("(?s).*\\(([^)]*)\\).*", "$1");
    long[] sizes =
        Stream.of(shape.split(",")).map(String::strip).mapToLong(Long::parseLong).toArray();
    float[] values = new float[(bytes.length - 10 - length) / 4];
    buffer.position(10 + length);
    buffer.asFloatBuffer().get(values);
    return Nd4j.create(values, sizes, 'c');
  }

  @Test
  void weightsAndActivationsCanBeReadBack() throws IOException {
    Configuration hadoop = new Configuration();
    assertThat(Dump.weights(graph, target(), hadoop)).isEqualTo(19 + 19 * 4 + 2);
    assertThat(read(folder.resolve("layer1.0.conv1.W.npy")))
        .isEqualTo(graph.getLayer("layer1.0.conv1").getParam("W").dup('c'));
    assertThat(read(folder.resolve("linear.W.npy")))
        .isEqualTo(graph.getLayer("linear").getParam("W").dup('c'));
    INDArray images = Subjects.batches(1, 2).get(0).getFeatures();
    int files = Dump.activations(graph, images, target(), hadoop);
    assertThat(files).isEqualTo(graph.getVertices().length - 1);
    assertThat(read(folder.resolve("linear.npy"))).isEqualTo(graph.output(false, images)[0]);
    assertThat(read(folder.resolve("conv1.npy")).shape()).containsExactly(2, 32, 32, 16);
    try (Stream<Path> all = Files.list(folder)) {
      assertThat(all.map(path -> path.getFileName().toString()))
          .hasSize(97 + files)
          .allMatch(name -> name.endsWith(".npy") && !name.startsWith("."));
    }
  }
}
