package org.espalier.export.onnx;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.espalier.nn.Concatenation;
import org.espalier.nn.PaddedShortcut;

/** Reads what changes a tensor's shape alone: flattening, reshaping, padding, concatenation. */
final class ShapeReader {
  private final GraphReader graph;
  private final ConvolutionReader convolutions;
  private final long batch;

  /**
   * A reader.
   *
   * @param batch the batch where the file fixes it, else 0
   */
  ShapeReader(GraphReader graph, ConvolutionReader convolutions, long batch) {
    this.graph = graph;
    this.convolutions = convolutions;
    this.batch = batch;
  }

  Wire flattening(Operator operator) throws OnnxException {
    Wire in = graph.wire(operator, 0);
    long axis = operator.integer("axis", 1);
    if (axis != 1 && axis != (in.flat() ? -1 : -3)) {
      throw operator.error("must flatten all but the batch (axis %d)".formatted(axis));
    }
    return in.flattened();
  }

  /** Flattening, or nothing. */
  Wire reshaping(Operator operator) throws OnnxException {
    Wire in = graph.wire(operator, 0);
    long[] to = graph.constant(operator, 1).longs();
    boolean keepsBatch = to.length > 0 && (to[0] <= 0 || to[0] == batch);
    if (keepsBatch && to.length == 2) {
      boolean zeroCopies = in.flat() || in.channels() == in.elements();
      if (to[1] == in.elements() || (to[1] == -1 && to[0] != -1) || (to[1] == 0 && zeroCopies)) {
        return in.flattened();
      }
    }
    if (keepsBatch
        && !in.flat()
        && Arrays.equals(
            Arrays.copyOfRange(to, 1, to.length),
            new long[] {in.channels(), in.height(), in.width()})) {
      return in;
    }
    throw operator.error(
        "makes %s of %s; only flattening is supported".formatted(Arrays.toString(to), in.shape()));
  }

  Wire padding(Operator operator) throws OnnxException {
    Wire in = graph.images(operator);
    Padding padding = Padding.of(operator, graph);
    int[] before = padding.before();
    int[] after = padding.after();
    String vertex = in.vertex();
    if (padding.isOfPixels()) {
      vertex =
          convolutions.padded(
              operator, new int[] {before[1], before[2]}, new int[] {after[1], after[2]}, vertex);
    }
    if (padding.isOfChannels()) {
      vertex = graph.add(operator, PaddedShortcut.builder(1, before[0], after[0]).build(), vertex);
    }
    return Wire.images(
        vertex,
        before[0] + in.channels() + after[0],
        before[1] + in.height() + after[1],
        before[2] + in.width() + after[2]);
  }

  Wire concatenation(Operator operator) throws OnnxException {
    Wire first = graph.wire(operator, 0);
    List<String> vertices = new ArrayList<>();
    int channels = 0;
    for (int i = 0; i < operator.inputs().size(); i++) {
      Wire in = graph.wire(operator, i);
      Wire alike =
          new Wire(in.vertex(), first.channels(), in.height(), in.width(), in.images(), in.flat());
      if (!first.isSameShape(alike) || (in.images() && in.flat())) {
        throw operator.error(
            "joins tensors that differ in more than channels, or are flattened (%s, %s)"
                .formatted(first.shape(), in.shape()));
      }
      vertices.add(in.vertex());
      channels = Math.addExact(channels, in.channels());
    }
    long axis = operator.integer("axis", 1);
    if (axis != 1 && axis != (first.flat() ? -1 : -3)) {
      throw operator.error("must join channels (axis %d)".formatted(axis));
    }
    if (vertices.size() == 1) {
      return first;
    }
    String vertex =
        graph.add(
            operator,
            first.images() ? new Concatenation() : new MergeVertex(),
            vertices.toArray(String[]::new));
    return new Wire(vertex, channels, first.height(), first.width(), first.images(), first.flat());
  }
}
