package org.espalier.nn.fused;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC_0;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC_1;

import java.util.List;
import java.util.Map;
import org.bytedeco.dnnl.binary;
import org.bytedeco.dnnl.global.dnnl.algorithm;
import org.bytedeco.dnnl.global.dnnl.scratchpad_mode;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.post_ops;
import org.bytedeco.dnnl.primitive_attr;

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
    binary.primitive_desc descriptor =
        kernel.own(
            new binary.primitive_desc(
                SliceKernel.processor(),
                algorithm.binary_add,
                first.layout(),
                second.layout(),
                sum.layout(),
                relu ? withRelu(kernel) : kernel.settings(),
                false));
    kernel.add(
        new binary(descriptor),
        descriptor,
        Map.of(DNNL_ARG_SRC_0, first, DNNL_ARG_SRC_1, second, DNNL_ARG_DST, sum));
  }

  private static primitive_attr withRelu(SliceKernel kernel) {
    post_ops after = kernel.own(new post_ops());
    after.append_eltwise(algorithm.eltwise_relu, 0f, 0f);
    primitive_attr attributes = kernel.own(new primitive_attr());
    attributes.set_scratchpad_mode(scratchpad_mode.user);
    attributes.set_post_ops(after);
    return attributes;
  }

  /** A vector's layout. */
  static memory.desc numbers(long count, Element element) {
    return new memory.desc(new long[] {count}, element.type(), memory.format_tag.a);
  }
}
