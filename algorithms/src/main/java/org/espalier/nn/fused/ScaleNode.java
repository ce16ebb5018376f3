package org.espalier.nn.fused;

import java.util.Arrays;
import java.util.List;

/** Each channel normalised with given statistics, with or without ReLU. */
final class ScaleNode extends Node {
  private final Normalization normalization;
  private final boolean relu;
  private final boolean masks;

  ScaleNode(Trace trace, Node input, Normalization normalization, boolean relu) {
    this(trace, input, normalization, relu, false);
  }

  private ScaleNode(
      Trace trace, Node input, Normalization normalization, boolean relu, boolean masks) {
    super(trace, List.of(input));
    this.normalization = normalization;
    this.relu = relu;
    this.masks = masks;
  }

  /** Each channel times 0 or 1. */
  static ScaleNode mask(Trace trace, Node input, float[] factors) {
    float[] ones = new float[factors.length];
    Arrays.fill(ones, 1);
    Place zero = Block.of(new float[factors.length]);
    Normalization times = new Normalization(Block.of(factors), zero, zero, Block.of(ones), 0f);
    return new ScaleNode(trace, input, times, false, true);
  }

  @Override
  boolean moves() {
    return masks;
  }

  @Override
  Value make(int phase) {
    return normalization.applied(trace(), read(phase), relu, phase);
  }

  /** Only for constants without ReLU, whose way back is the way there. */
  @Override
  void backward(Value gradient, int phase) {
    if (input().needsGradient()) {
      input().addGradient(normalization.applied(trace(), gradient, false, phase), phase);
    }
  }
}
