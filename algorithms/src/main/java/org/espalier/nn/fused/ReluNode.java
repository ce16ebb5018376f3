package org.espalier.nn.fused;

/** ReLU of numbers, or of codes. */
final class ReluNode extends InferenceNode {
  ReluNode(Trace trace, Node input) {
    super(trace, input);
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
}
