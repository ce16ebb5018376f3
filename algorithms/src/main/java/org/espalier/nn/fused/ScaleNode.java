package org.espalier.nn.fused;

import java.util.Arrays;
import java.util.List;

/** Each channel normalised with given statistics, with or without ReLU. */
final class ScaleNode extends Node {
  private final Normalization normalization;
  private final boolean relu;

  ScaleNode(Trace trace, Node input, Normalization normalization, boolean relu) {
    super(trace, List.of(input));
    this.normalization = normalization;
    this.relu = relu;
  }

  /** Each channel times a constant. */
  static ScaleNode of(Trace trace, Node input, float[] factors) {
    float[] ones = new float[factors.length];
    Arrays.fill(ones, 1);
    Place zero = Block.of(new float[factors.length]);
    Normalization times = new Normalization(Block.of(factors), zero, zero, Block.of(ones), 0f);
    return new ScaleNode(trace, input, times, false);
  }

  @Override
  void forward() {
    // Made where it is read.
  }

  @Override
  Value make(int phase) {
    return normalization.applied(trace(), input().output(phase), relu, phase);
  }

  /** Only for constants without ReLU, whose way back is the way there. */
  @Override
  void backward(Value gradient, int phase) {
    if (input().needsGradient()) {
      input().addGradient(normalization.applied(trace(), gradient, false, phase), phase);
    }
  }
}
