package org.espalier.nn.fused;

import java.util.List;
import org.bytedeco.dnnl.global.dnnl.algorithm;
import org.bytedeco.dnnl.memory;

/** Sums of two values, number by number. */
final class Sums {
  private Sums() {}

  /** Appends a sum to a phase. */
  static Value add(Trace trace, Value first, Value second, int phase) {
    return add(trace, first, second, phase, false);
  }

  /** Appends a sum, with or without ReLU, to a phase. */
  static Value add(Trace trace, Value first, Value second, int phase, boolean relu) {
    Value sum = first.like(phase);
    trace.act(
        phase,
        List.of(first, second),
        List.of(sum),
        List.of(first, second),
        images -> {
          SliceKernel kernel = new SliceKernel();
          SliceKernel.Operand result = kernel.numbers(sum, images);
          append(
              kernel, kernel.numbers(first, images), kernel.numbers(second, images), result, relu);
          return kernel;
        });
    return sum;
  }

  /** Appends a sum of two operands of one layout to a kernel. */
  static void append(
      SliceKernel kernel,
      SliceKernel.Operand first,
      SliceKernel.Operand second,
      SliceKernel.Operand sum,
      boolean relu) {
    kernel.addBinary(algorithm.binary_add, first, second, sum, new PostOps(kernel).relu(relu));
  }

  /** A vector's layout. */
  static memory.desc numbers(long count, Element element) {
    return new memory.desc(new long[] {count}, element.type(), memory.format_tag.a);
  }
}
