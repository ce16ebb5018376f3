package org.espalier.nn.fused;

import java.util.List;
import org.bytedeco.dnnl.batch_normalization_forward;

/**
 * Each channel normalised with given statistics: (x - mean) / sqrt(variance + eps) * scale + shift.
 *
 * <p>Everything but eps has a number for each channel, in float32.
 */
record Normalization(Place scale, Place shift, Place mean, Place variance, float eps) {
  /** Appends the normalising of a value, with or without ReLU, to a phase. */
  Value applied(Trace trace, Value x, boolean relu, int phase) {
    Value y = x.like(phase);
    trace.act(
        phase,
        List.of(x),
        List.of(y),
        images -> {
          BatchNormDescriptors kernel = new BatchNormDescriptors(x, images, eps, relu);
          var descriptor = kernel.inference();
          kernel.add(
              new batch_normalization_forward(descriptor),
              descriptor,
              kernel.forwardOperands(x, this, y, images));
          return kernel;
        });
    return y;
  }
}
