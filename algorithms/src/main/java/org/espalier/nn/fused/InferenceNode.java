package org.espalier.nn.fused;

import java.util.List;

/** A node that only programs without a backward pass have. */
abstract class InferenceNode extends Node {
  InferenceNode(Trace trace, Node input) {
    super(trace, List.of(input));
  }

  InferenceNode(Trace trace, Node input, Size size) {
    super(trace, List.of(input), size);
  }

  @Override
  final void backward(Value gradient, int phase) {
    throw new IllegalStateException("Cannot go back: the program is for inference");
  }
}
