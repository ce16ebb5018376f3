package org.espalier.nn.fused;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

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
    List<Node> others = new ArrayList<>(inputs());
    Node last = others.remove(lastToAdd());
    Value sum = others.get(0).output(phase);
    for (Node other : others.subList(1, others.size())) {
      sum = Sums.add(trace(), sum, other.output(phase), phase);
    }
    keep(last.plus(sum, relu, phase));
  }

  private int lastToAdd() {
    int count = inputs().size();
    return IntStream.range(0, count)
        .filter(i -> inputs().get(i).addsAlong())
        .max()
        .orElse(count - 1);
  }

  @Override
  void backward(Value gradient, int phase) {
    Value below = relu ? rectified(gradient, Relu.PLAIN, phase) : gradient;
    for (Node input : inputs()) {
      if (input.needsGradient()) {
        input.addGradient(below, phase);
      }
    }
  }
}
