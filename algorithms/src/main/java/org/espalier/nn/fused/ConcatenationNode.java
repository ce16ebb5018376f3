package org.espalier.nn.fused;

import java.util.List;
import java.util.stream.Stream;

/**
 * Images side by side, channel after channel.
 *
 * <p>It keeps nothing: wherever it is read, it is put together again of what is not itself a
 * concatenation, so that in a dense block each layer's channels are kept once.
 */
final class ConcatenationNode extends Node {
  private final List<Node> parts;

  ConcatenationNode(Trace trace, List<Node> inputs) {
    super(trace, inputs, sideBySide(inputs));
    this.parts = inputs.stream().flatMap(ConcatenationNode::parts).toList();
  }

  private static Size sideBySide(List<Node> inputs) {
    Size first = inputs.get(0).size();
    int channels = inputs.stream().mapToInt(Node::channels).sum();
    return new Size(first.height(), first.width(), channels);
  }

  private static Stream<Node> parts(Node node) {
    return node instanceof ConcatenationNode concatenation
        ? concatenation.parts.stream()
        : Stream.of(node);
  }

  @Override
  Value make(int phase) {
    List<Value> values = parts.stream().map(part -> part.output(phase)).toList();
    Value together = newValue(phase);
    trace()
        .act(
            phase,
            values,
            List.of(together),
            images -> {
              SliceKernel kernel = new SliceKernel();
              int from = 0;
              for (Value value : values) {
                kernel.addCopy(
                    kernel.operand(value, images), channels(kernel, together, from, value, images));
                from += value.size().channels();
              }
              return kernel;
            });
    return together;
  }

  @Override
  void backward(Value gradient, int phase) {
    int from = 0;
    for (Node input : inputs()) {
      if (input.needsGradient()) {
        input.addGradient(share(gradient, from, input, phase), phase);
      }
      from += input.channels();
    }
  }

  /** The channels of a gradient that belong to an input. */
  private Value share(Value gradient, int from, Node input, int phase) {
    Value below = input.newValue(phase);
    trace()
        .act(
            phase,
            List.of(gradient),
            List.of(below),
            images -> {
              SliceKernel kernel = new SliceKernel();
              kernel.addCopy(
                  channels(kernel, gradient, from, below, images), kernel.operand(below, images));
              return kernel;
            });
    return below;
  }

  /** As many channels of all as another value has. */
  private static SliceKernel.Operand channels(
      SliceKernel kernel, Value all, int from, Value some, int images) {
    Size size = some.size();
    long[] sizes = {images, size.channels(), size.height(), size.width()};
    return new SliceKernel.Operand(
        kernel.own(kernel.layout(all, images).submemory_desc(sizes, new long[] {0, from, 0, 0})),
        all);
  }
}
