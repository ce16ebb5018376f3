package org.espalier.nn.fused;

import java.util.List;

/** The sum of two or more inputs, with or without ReLU; all inputs share one gradient. */
final class ResidualSumNode extends Node {
  private final boolean relu;
  private CodeGrid grid;

  ResidualSumNode(Trace trace, List<Node> inputs, boolean relu) {
    super(trace, inputs);
    this.relu = relu;
  }

  @Override
  CodeGrid grid() {
    return grid;
  }

  @Override
  boolean round(CodeGrid wanted) {
    if (grid != null
        || inputs().size() != 2
        || inputs().stream().anyMatch(input -> input.grid() == null)) {
      return false;
    }
    grid = wanted;
    return true;
  }

  @Override
  void forward() {
    int phase = level();
    if (grid != null) {
      keep(Codes.sum(trace(), input(), inputs().get(1), grid, relu, phase));
      return;
    }
    Value sum = input().output(phase);
    for (int i = 1; i < inputs().size(); i++) {
      boolean last = i == inputs().size() - 1;
      sum = Sums.add(trace(), sum, inputs().get(i).output(phase), phase, relu && last);
    }
    keep(sum);
  }

  @Override
  void backward(Value gradient, int phase) {
    Value below = relu ? rectified(gradient, phase) : gradient;
    for (Node input : inputs()) {
      if (input.needsGradient()) {
        input.addGradient(below, phase);
      }
    }
  }
}
