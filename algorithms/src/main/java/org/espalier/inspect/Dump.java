package org.espalier.inspect;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.espalier.data.files.AtomicFiles;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A network's topology and arrays for people and for other tools to read. */
public final class Dump {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private static final Pattern UNSAFE = Pattern.compile("[^A-Za-z0-9._-]");

  private Dump() {}

  /** Returns the topology to be read: a paragraph a vertex, with all attributes. */
  public static String text(Topology topology) {
    StringBuilder text = new StringBuilder();
    for (Node node : topology.nodes()) {
      text.append(node.name()).append(": ").append(node.type());
      if (!node.inputs().isEmpty()) {
        text.append(" of ").append(String.join(", ", node.inputs()));
      }
      if (!node.shape().isEmpty()) {
        text.append(" -> ").append(node.shapeText());
      }
      text.append(topology.outputs().contains(node.name()) ? " (output)\n" : "\n");
      node.attributes()
          .forEach(
              (name, value) ->
                  text.append("    ").append(name).append(" = ").append(value).append('\n'));
    }
    return text.toString();
  }

  /** Returns the topology in Graphviz' language. */
  public static String dot(Topology topology) {
    StringBuilder text = new StringBuilder("digraph network {\n");
    text.append("  node [shape=box, style=rounded, fontname=\"sans-serif\"];\n");
    for (Node node : topology.nodes()) {
      text.append("  ")
          .append(quoted(node.name()))
          .append(" [label=")
          .append(quoted(node.name() + "\n" + node.type() + "\n" + node.shapeText()))
          .append("];\n");
    }
    for (Node node : topology.nodes()) {
      for (String input : node.inputs()) {
        text.append("  ")
            .append(quoted(input))
            .append(" -> ")
            .append(quoted(node.name()))
            .append(";\n");
      }
    }
    return text.append("}\n").toString();
  }

  private static String quoted(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + '"';
  }

  /** Returns the topology as JSON: {@code inputs}, {@code outputs} and {@code nodes}. */
  public static String json(Topology topology) {
    try {
      return JSON.writeValueAsString(topology) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "Cannot write the topology: not representable as JSON (" + e.getOriginalMessage() + ")",
          e);
    }
  }

  /**
   * Writes every parameter, running statistics too, to a file {@code VERTEX.PARAMETER.npy}, float32
   * in the shape that Deeplearning4j gives it.
   *
   * @param folder any Hadoop path; made where it is not there
   * @return the number of files
   */
  public static int weights(ComputationGraph graph, Path folder, Configuration hadoop)
      throws IOException {
    int files = 0;
    for (GraphVertex vertex : graph.getVertices()) {
      Map<String, INDArray> table = vertex.paramTable(false);
      if (table != null) {
        for (Map.Entry<String, INDArray> entry : table.entrySet()) {
          write(vertex.getVertexName() + "." + entry.getKey(), entry.getValue(), folder, hadoop);
          files++;
        }
      }
    }
    return files;
  }

  /**
   * Writes every vertex's output for some images to a file {@code VERTEX.npy}, float32 [images,
   * ...].
   *
   * @param images in the shape that the network takes
   * @param folder any Hadoop path; made where it is not there
   * @return the number of files
   */
  public static int activations(
      ComputationGraph graph, INDArray images, Path folder, Configuration hadoop)
      throws IOException {
    Map<String, INDArray> outputs = Activations.of(graph, images);
    for (Map.Entry<String, INDArray> entry : outputs.entrySet()) {
      write(entry.getKey(), entry.getValue(), folder, hadoop);
    }
    return outputs.size();
  }

  private static void write(String name, INDArray array, Path folder, Configuration hadoop)
      throws IOException {
    Path file = new Path(folder, fileName(name) + ".npy");
    AtomicFiles.write(file, hadoop, out -> NumpyFile.write(array, out));
  }

  /** Returns a name without characters that file systems do not like; others are %-encoded. */
  private static String fileName(String name) {
    return UNSAFE
        .matcher(name)
        .replaceAll(match -> String.format("%%%02X", (int) match.group().charAt(0)));
  }
}
