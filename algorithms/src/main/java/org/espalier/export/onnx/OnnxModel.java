package org.espalier.export.onnx;

import java.io.IOException;
import onnx.Onnx.ModelProto;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.espalier.data.files.AtomicFiles;

/** An ONNX model in memory: the content of an ONNX file. */
public final class OnnxModel {
  private final byte[] head;
  private final byte[] graph;

  /**
   * A model.
   *
   * <p>The graph comes last in the file, against protobuf's habit, so that a file that was cut
   * short never holds a whole network.
   */
  OnnxModel(ModelProto model) {
    this.head = model.toBuilder().clearGraph().build().toByteArray();
    this.graph = ModelProto.newBuilder().setGraph(model.getGraph()).build().toByteArray();
  }

  /** The content of the file. */
  public byte[] bytes() {
    byte[] all = new byte[head.length + graph.length];
    System.arraycopy(head, 0, all, 0, head.length);
    System.arraycopy(graph, 0, all, head.length, graph.length);
    return all;
  }

  /**
   * Writes the file beside its place and renames it: it is there whole or not at all.
   *
   * @param path where, on any file system that Hadoop knows
   * @param configuration Hadoop's configuration
   * @throws OnnxException where the file cannot be written
   */
  public void write(Path path, Configuration configuration) throws OnnxException {
    try {
      AtomicFiles.write(
          path,
          configuration,
          out -> {
            out.write(head);
            out.write(graph);
          });
    } catch (IOException e) {
      throw new OnnxException("Cannot write " + path + ": " + e.getMessage(), e);
    }
  }
}
