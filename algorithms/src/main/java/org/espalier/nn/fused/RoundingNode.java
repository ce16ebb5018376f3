package org.espalier.nn.fused;

import java.util.List;
import org.bytedeco.dnnl.global.dnnl.algorithm;

/**
 * Numbers rounded to a grid, or left alone while there is none.
 *
 * <p>With x rounded to y and g the gradient at y, that at x is g where the grid lets it pass, else
 * 0. The grid's step s, if it learns, has the gradient sum of g (y - x) / s where gradients pass,
 * and g y / s elsewhere.
 */
final class RoundingNode extends Node {
  private final Rounder rounder;
  private final boolean training;
  private final long stepGradient;
  private final GridOperands operands = new GridOperands();

  private RoundingNode(
      Trace trace, Node input, Rounder rounder, boolean training, long stepGradient) {
    super(trace, List.of(input));
    this.rounder = rounder;
    this.training = training;
    this.stepGradient = stepGradient;
  }

  /**
   * Rounding in training.
   *
   * @param stepGradient where the rounder writes the gradient of a step that learns
   */
  static RoundingNode training(Trace trace, Node input, Rounder rounder, long stepGradient) {
    return new RoundingNode(trace, input, rounder, true, stepGradient);
  }

  /** Rounding at inference, to the grid of the last {@link #refresh}. */
  static RoundingNode inference(Trace trace, Node input, Rounder rounder) {
    return new RoundingNode(trace, input, rounder, false, 0);
  }

  /** Takes in the grid as it is now. */
  void refresh() {
    operands.set(rounder.grid(training).orElse(null));
  }

  private boolean learns() {
    return training && rounder.learns();
  }

  @Override
  boolean needsGradient() {
    return learns() || super.needsGradient();
  }

  @Override
  void forward() {
    if (training) {
      trace().phase(0).atEnd(this::refresh);
    }
    if (training && rounder.observes()) {
      int phase = level();
      Value x = input().output(phase);
      ImageSummary smallest = ImageSummary.of(trace(), x, algorithm.reduction_min, phase);
      ImageSummary largest = ImageSummary.of(trace(), x, algorithm.reduction_max, phase);
      trace()
          .phase(phase)
          .atEnd(() -> rounder.observe(smallest.fold(0, Math::min), largest.fold(0, Math::max)));
    }
  }

  @Override
  Value make(int phase) {
    Value x = input().output(phase);
    Value y = newValue(phase);
    trace().act(phase, List.of(x), List.of(y), images -> operands.rounded(x, y, images));
    return y;
  }

  @Override
  void backward(Value gradient, int phase) {
    Value x = input().output(phase);
    if (learns()) {
      learn(x, gradient, phase);
    }
    if (input().needsGradient()) {
      Value below = newValue(phase);
      trace()
          .act(
              phase,
              List.of(x, gradient),
              List.of(below),
              images -> operands.passed(x, gradient, below, images));
      input().addGradient(below, phase);
    }
  }

  private void learn(Value x, Value gradient, int phase) {
    Value y = output(phase);
    Value shares = newValue(phase);
    trace()
        .act(
            phase,
            List.of(x, y, gradient),
            List.of(shares),
            images -> operands.stepShares(x, y, gradient, shares, images));
    ImageSummary sums = ImageSummary.of(trace(), shares, algorithm.reduction_sum, phase);
    trace()
        .phase(phase)
        .atEnd(
            () ->
                rounder.learn(
                    -sums.fold(0, Double::sum) / operands.grid().step(), size().numbers()));
    trace().phase(phase).writes(stepGradient, 1);
  }
}
