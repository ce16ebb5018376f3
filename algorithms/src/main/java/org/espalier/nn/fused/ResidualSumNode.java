package org.espalier.nn.fused;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;

import java.util.List;
import java.util.Map;
import org.bytedeco.dnnl.eltwise_backward;
import org.bytedeco.dnnl.eltwise_forward;
import org.bytedeco.dnnl.global.dnnl.algorithm;
import org.bytedeco.dnnl.global.dnnl.prop_kind;

/** The sum of two or more inputs, with or without ReLU; all inputs share one gradient. */
final class ResidualSumNode extends Node {
  private final boolean relu;

  ResidualSumNode(Trace trace, List<Node> inputs, boolean relu) {
    super(trace, inputs);
    this.relu = relu;
  }

  @Override
  void forward() {
    int phase = level();
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

  private Value rectified(Value gradient, int phase) {
    Value sum = output(phase);
    Value below = newValue(phase);
    trace()
        .act(
            phase,
            List.of(sum, gradient),
            List.of(below),
            images -> {
              SliceKernel kernel = new SliceKernel();
              SliceKernel.Operand numbers = kernel.numbers(sum, images);
              eltwise_forward.primitive_desc hint =
                  kernel.own(
                      new eltwise_forward.primitive_desc(
                          SliceKernel.processor(),
                          prop_kind.forward_training,
                          algorithm.eltwise_relu_use_dst_for_bwd,
                          numbers.layout(),
                          numbers.layout(),
                          0f,
                          kernel.settings(),
                          false));
              eltwise_backward.primitive_desc descriptor =
                  kernel.own(
                      new eltwise_backward.primitive_desc(
                          SliceKernel.processor(),
                          algorithm.eltwise_relu_use_dst_for_bwd,
                          numbers.layout(),
                          numbers.layout(),
                          numbers.layout(),
                          0f,
                          hint,
                          kernel.settings(),
                          false));
              kernel.add(
                  new eltwise_backward(descriptor),
                  descriptor,
                  Map.of(
                      DNNL_ARG_DST,
                      numbers,
                      DNNL_ARG_DIFF_DST,
                      kernel.numbers(gradient, images),
                      DNNL_ARG_DIFF_SRC,
                      kernel.numbers(below, images)));
              return kernel;
            });
    return below;
  }
}
