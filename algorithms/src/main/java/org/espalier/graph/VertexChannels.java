package org.espalier.graph;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.FrozenVertex;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.L2NormalizeVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.graph.PoolHelperVertex;
import org.deeplearning4j.nn.conf.graph.ScaleVertex;
import org.deeplearning4j.nn.conf.graph.ShiftVertex;
import org.deeplearning4j.nn.conf.graph.StackVertex;
import org.deeplearning4j.nn.conf.graph.SubsetVertex;
import org.deeplearning4j.nn.conf.graph.UnstackVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.espalier.nn.ResidualSum;

/** Follows channels through vertices that are not layers. */
final class VertexChannels {
  private final ChannelClasses classes;
  private final String name;

  VertexChannels(ChannelClasses classes, String name) {
    this.classes = classes;
    this.name = name;
  }

  /** Returns the channels that come out. */
  int[] propagate(GraphVertex vertex, List<Signal> inputs, InputType type) {
    int[] first = inputs.get(0).ids();
    if (vertex instanceof FrozenVertex frozen) {
      return propagate(frozen.getUnderlying(), inputs, type);
    }
    if (vertex instanceof ElementWiseVertex || vertex instanceof ResidualSum) {
      return joined(inputs, !isProduct(vertex));
    }
    if (vertex instanceof MergeVertex merge) {
      boolean channelAxis =
          !inputs.get(0).isImages() || merge.getMergeAxis() == inputs.get(0).axis();
      return channelAxis ? concatenated(inputs) : joined(inputs, false);
    }
    if (vertex instanceof StackVertex) {
      return joined(inputs, false);
    }
    if (vertex instanceof SubsetVertex subset) {
      return inputs.get(0).axis() == 1
          ? Arrays.copyOfRange(first, subset.getFrom(), subset.getTo() + 1)
          : unsupported(vertex, inputs, type);
    }
    if (vertex instanceof ShiftVertex shift) {
      if (shift.getShiftFactor() != 0) {
        classes.loud(first);
      }
      return first;
    }
    if (vertex instanceof L2NormalizeVertex) {
      classes.fixIfLoud(first, name + " normalises over all channels, and they are not silent");
      return first;
    }
    if (vertex instanceof ScaleVertex
        || vertex instanceof UnstackVertex
        || vertex instanceof PoolHelperVertex) {
      return first;
    }
    return unsupported(vertex, inputs, type);
  }

  private static boolean isProduct(GraphVertex vertex) {
    return vertex instanceof ElementWiseVertex elementWise
        && elementWise.getOp() == ElementWiseVertex.Op.Product;
  }

  /** Ties inputs of one width together; a single channel that is spread over many stays fixed. */
  private int[] joined(List<Signal> inputs, boolean loudWhereSpread) {
    int[] widest = inputs.get(0).ids();
    for (Signal input : inputs) {
      widest = input.ids().length > widest.length ? input.ids() : widest;
    }
    for (Signal input : inputs) {
      if (input.ids().length == widest.length) {
        classes.unite(widest, input.ids());
      } else {
        classes.fix(input.ids(), name + " spreads it over all channels");
        if (loudWhereSpread) {
          classes.loud(widest);
        }
      }
    }
    return widest;
  }

  private static int[] concatenated(List<Signal> inputs) {
    return inputs.stream().flatMapToInt(input -> IntStream.of(input.ids())).toArray();
  }

  private int[] unsupported(GraphVertex vertex, List<Signal> inputs, InputType type) {
    String reason = "%s is not supported (%s)".formatted(name, vertex.getClass().getSimpleName());
    inputs.forEach(input -> classes.fix(input.ids(), reason));
    int[] ids = classes.fresh(name, Signal.channels(type));
    classes.fix(ids, reason);
    return ids;
  }

  /** The type of what comes out of a vertex. */
  static InputType outputType(String name, GraphVertex vertex, List<Signal> inputs) {
    InputType first = inputs.get(0).type();
    if (vertex instanceof SubsetVertex subset
        && first instanceof InputType.InputTypeConvolutional images) {
      // Deeplearning4j computes a negative number of channels here
      return InputType.convolutional(
          images.getHeight(),
          images.getWidth(),
          subset.getTo() - subset.getFrom() + 1L,
          images.getFormat());
    }
    if (vertex instanceof ElementWiseVertex) {
      // nor does it know images of one pixel that scale others
      return inputs.stream()
          .map(Signal::type)
          .max(Comparator.comparingLong(InputType::arrayElementsPerExample))
          .orElseThrow();
    }
    try {
      return vertex.getOutputType(0, inputs.stream().map(Signal::type).toArray(InputType[]::new));
    } catch (RuntimeException e) {
      throw new IllegalArgumentException(
          "Cannot find channel groups: %s does not take its inputs (%s)"
              .formatted(name, e.getMessage()),
          e);
    }
  }
}
