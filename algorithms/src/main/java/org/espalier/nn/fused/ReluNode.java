package org.espalier.nn.fused;

import java.util.List;

/** ReLU of numbers, or, without a ceiling, of codes. */
final class ReluNode extends Node {
  private final Relu relu;

  ReluNode(Trace trace, Node input, Relu relu) {
    super(trace, List.of(input));
    this.relu = relu;
  }

  @Override
  boolean moves() {
    return !relu.limited();
  }

  @Override
  boolean rectify(Relu other) {
    return other.ceiling() >= relu.ceiling();
  }

  @Override
  Value make(int phase) {
    return Codes.rectified(trace(), read(phase), relu, phase);
  }

  @Override
  void backward(Value gradient, int phase) {
    if (input().needsGradient()) {
      input().addGradient(rectified(gradient, relu, phase), phase);
    }
  }
}
