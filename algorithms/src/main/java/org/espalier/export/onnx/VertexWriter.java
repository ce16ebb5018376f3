package org.espalier.export.onnx;

import java.util.List;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.espalier.nn.ResidualSum;

/** Writes vertices that are no layers. */
final class VertexWriter {
  private VertexWriter() {}

  /**
   * Adds a vertex to a chain, which reads its first input.
   *
   * @param others the tensors of its other inputs
   * @param in the type of its inputs
   */
  static Chain write(Chain chain, GraphVertex vertex, List<String> others, InputType in) {
    if (vertex instanceof ResidualSum sum) {
      pairwise(chain, "Add", others);
      return sum.isRelu() ? chain.then("Relu", List.of()) : chain;
    }
    if (vertex instanceof MergeVertex merge) {
      requireChannels(chain, merge, in);
      return chain.main("Concat", others, Attributes.integer("axis", 1));
    }
    if (vertex instanceof ElementWiseVertex elements) {
      return switch (elements.getOp()) {
        case Add -> pairwise(chain, "Add", others);
        case Subtract -> pairwise(chain, "Sub", others);
        case Product -> pairwise(chain, "Mul", others);
        case Max -> chain.main("Max", others);
        case Average -> chain.main("Mean", others);
      };
    }
    throw new IllegalArgumentException(
        "Cannot export vertex "
            + chain.vertex()
            + ": there is no ONNX form here for ("
            + vertex.getClass().getSimpleName()
            + ")");
  }

  private static Chain pairwise(Chain chain, String type, List<String> others) {
    for (int i = 0; i < others.size(); i++) {
      List<String> other = List.of(others.get(i));
      if (i == 0) {
        chain.main(type, other);
      } else {
        chain.then(type, other);
      }
    }
    return chain;
  }

  private static void requireChannels(Chain chain, MergeVertex merge, InputType in) {
    int channels =
        in instanceof InputType.InputTypeConvolutional images && Images.isChannelsLast(images)
            ? 3
            : 1;
    if (merge.getMergeAxis() != channels) {
      throw new IllegalArgumentException(
          "Cannot export vertex "
              + chain.vertex()
              + ": it does not merge channels (axis "
              + merge.getMergeAxis()
              + ")");
    }
  }
}
