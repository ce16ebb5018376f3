package org.espalier.nn.fused;

import java.util.List;

/** ReLU of numbers, or of codes. */
final class ReluNode extends Node {
  ReluNode(Trace trace, Node input) {
    super(trace, List.of(input));
  }

  @Override
  boolean moves() {
    return true;
  }

  @Override
  boolean rectify() {
    return true;
  }

  @Override
  Value make(int phase) {
    return Codes.rectified(trace(), read(phase), phase);
  }

  @Override
  void backward(Value gradient, int phase) {
    if (input().needsGradient()) {
      input().addGradient(rectified(gradient, phase), phase);
    }
  }
}
