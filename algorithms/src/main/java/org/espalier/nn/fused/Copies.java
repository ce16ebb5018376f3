package org.espalier.nn.fused;

import java.util.List;

/** Copies of values in another element type. */
final class Copies {
  private Copies() {}

  /** Appends a copy to a phase. */
  static Value as(Trace trace, Value value, Element element, int phase) {
    Value copy = value.as(element, phase);
    trace.act(
        phase,
        List.of(value),
        List.of(copy),
        images -> {
          SliceKernel kernel = new SliceKernel();
          kernel.addCopy(kernel.operand(value, images), kernel.operand(copy, images));
          return kernel;
        });
    return copy;
  }
}
