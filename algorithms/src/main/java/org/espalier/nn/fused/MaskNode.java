package org.espalier.nn.fused;

import java.util.List;
import org.bytedeco.dnnl.batch_normalization_forward;

/** Each channel times a constant, for example zero or one. */
final class MaskNode extends Node {
  private final Block factors;
  private final Block zeros;
  private final BatchStatistics unit;

  MaskNode(Trace trace, Node input, float[] factors) {
    super(trace, List.of(input));
    this.factors = new Block(Floats.bytes(factors.length));
    this.zeros = new Block(Floats.bytes(factors.length));
    Floats.write(factors, this.factors.address());
    Floats.write(new float[factors.length], zeros.address());
    unit = BatchStatistics.unit(factors.length);
  }

  @Override
  int height() {
    return input().height();
  }

  @Override
  int width() {
    return input().width();
  }

  @Override
  int channels() {
    return input().channels();
  }

  @Override
  void forward() {
    // Made where it is read.
  }

  @Override
  Value make(int phase) {
    return scaled(input().output(phase), phase);
  }

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
              BatchNormDescriptors kernel = new BatchNormDescriptors(x, images, 0f, false);
              var descriptor = kernel.inference();
              kernel.add(
                  new batch_normalization_forward(descriptor),
                  descriptor,
                  kernel.forwardOperands(x, factors, zeros, unit, y, images));
              return kernel;
            });
    return y;
  }
}
