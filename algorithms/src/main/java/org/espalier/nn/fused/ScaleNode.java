package org.espalier.nn.fused;

import java.util.Arrays;
import java.util.List;
import org.bytedeco.dnnl.batch_normalization_forward;

/** Each channel normalised with given statistics, with or without ReLU. */
final class ScaleNode extends Node {
  private final Place scale;
  private final Place shift;
  private final Place mean;
  private final Place variance;
  private final float eps;
  private final boolean relu;

  ScaleNode(
      Trace trace,
      Node input,
      Place scale,
      Place shift,
      Place mean,
      Place variance,
      float eps,
      boolean relu) {
    super(trace, List.of(input));
    this.scale = scale;
    this.shift = shift;
    this.mean = mean;
    this.variance = variance;
    this.eps = eps;
    this.relu = relu;
  }

  /** Each channel times a constant. */
  static ScaleNode of(Trace trace, Node input, float[] factors) {
    float[] ones = new float[factors.length];
    Arrays.fill(ones, 1);
    Place zero = Block.of(new float[factors.length]);
    return new ScaleNode(trace, input, Block.of(factors), zero, zero, Block.of(ones), 0f, false);
  }

  @Override
  void forward() {
    // Made where it is read.
  }

  @Override
  Value make(int phase) {
    return scaled(input().output(phase), phase);
  }

  /** Only for constants without ReLU, whose way back is the way there. */
  @Override
  void backward(Value gradient, int phase) {
    if (input().needsGradient()) {
      input().addGradient(scaled(gradient, phase), phase);
    }
  }

  private Value scaled(Value x, int phase) {
    Value y = newValue(phase);
    trace()
        .act(
            phase,
            List.of(x),
            List.of(y),
            images -> {
              BatchNormDescriptors kernel = new BatchNormDescriptors(x, images, eps, relu);
              var descriptor = kernel.inference();
              kernel.add(
                  new batch_normalization_forward(descriptor),
                  descriptor,
                  kernel.forwardOperands(x, scale, shift, mean, variance, y, images));
              return kernel;
            });
    return y;
  }
}
