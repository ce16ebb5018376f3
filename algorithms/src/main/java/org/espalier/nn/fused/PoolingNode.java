package org.espalier.nn.fused;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_WORKSPACE;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.dnnl.global.dnnl.algorithm;
import org.bytedeco.dnnl.global.dnnl.prop_kind;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.pooling_backward;
import org.bytedeco.dnnl.pooling_forward;
import org.espalier.nn.kernel.Window;

/** Maximum or average over windows. Padding never wins and does not count. */
final class PoolingNode extends Node {
  private static final long[] UNDILATED = {0, 0};

  private final Window window;
  private final boolean maximum;
  private final boolean training;
  private Value winners;
  private CodeGrid rounding;

  /**
   * A pooling.
   *
   * @param training whether a backward pass will follow
   */
  PoolingNode(Trace trace, Node input, Window window, boolean maximum, boolean training) {
    super(trace, List.of(input), pooled(input.size(), window));
    this.window = window;
    this.maximum = maximum;
    this.training = training;
  }

  private static Size pooled(Size images, Window window) {
    return new Size(
        (int) window.outHeight(images.height(), 1),
        (int) window.outWidth(images.width(), 1),
        images.channels());
  }

  @Override
  boolean moves() {
    return maximum;
  }

  @Override
  CodeGrid grid() {
    return maximum ? super.grid() : rounding;
  }

  @Override
  boolean round(CodeGrid grid) {
    if (maximum) {
      return super.round(grid);
    }
    if (rounding != null || input().grid() == null || size().pixels() != 1 || !ofAllPixels()) {
      return false;
    }
    rounding = grid;
    return true;
  }

  private boolean ofAllPixels() {
    return window.height() == input().height()
        && window.width() == input().width()
        && window.paddingH() == 0
        && window.paddingW() == 0;
  }

  @Override
  void forward() {
    int phase = level();
    Value pooled = act(rounding == null ? read(phase) : input().kept(phase), phase);
    keep(
        rounding == null
            ? pooled
            : Codes.rounded(
                trace(), pooled, input().size().pixels(), input().grid(), rounding, phase));
  }

  private Value act(Value x, int phase) {
    Value y = newValue(phase);
    if (maximum && training) {
      winners = new Value(size(), winnerElement(), phase);
    }
    trace()
        .act(
            phase,
            List.of(x),
            winners == null ? List.of(y) : List.of(y, winners),
            images -> {
              SliceKernel kernel = new SliceKernel();
              pooling_forward.primitive_desc descriptor = forward(kernel, images);
              Map<Integer, SliceKernel.Operand> operands = new HashMap<>();
              operands.put(DNNL_ARG_SRC, kernel.operand(x, images));
              operands.put(DNNL_ARG_DST, kernel.operand(y, images));
              if (winners != null) {
                operands.put(DNNL_ARG_WORKSPACE, workspace(kernel, descriptor));
              }
              kernel.add(new pooling_forward(descriptor), descriptor, operands);
              return kernel;
            });
    return y;
  }

  @Override
  void backward(Value gradient, int phase) {
    if (!input().needsGradient()) {
      return;
    }
    Value below = input().newValue(phase);
    trace()
        .act(
            phase,
            winners == null ? List.of(gradient) : List.of(gradient, winners),
            List.of(below),
            images -> {
              SliceKernel kernel = new SliceKernel();
              pooling_forward.primitive_desc forward = forward(kernel, images);
              pooling_backward.primitive_desc descriptor =
                  kernel.own(
                      new pooling_backward.primitive_desc(
                          SliceKernel.processor(),
                          algorithm(),
                          kernel.layout(below, images),
                          kernel.layout(gradient, images),
                          window.strides(),
                          window.size(),
                          UNDILATED,
                          window.padding(),
                          window.padding(),
                          forward,
                          kernel.settings(),
                          false));
              Map<Integer, SliceKernel.Operand> operands = new HashMap<>();
              operands.put(DNNL_ARG_DIFF_DST, kernel.operand(gradient, images));
              operands.put(DNNL_ARG_DIFF_SRC, kernel.operand(below, images));
              if (winners != null) {
                operands.put(DNNL_ARG_WORKSPACE, workspace(kernel, forward));
              }
              kernel.add(new pooling_backward(descriptor), descriptor, operands);
              return kernel;
            });
    input().addGradient(below, phase);
  }

  /** What positions in a window are written as: one for each number of the output. */
  private Element winnerElement() {
    try (SliceKernel probe = new SliceKernel()) {
      memory.desc layout = probe.own(forward(probe, 1).workspace_desc());
      return layout.get_data_type() == memory.data_type.u8 ? Element.U8 : Element.S32;
    }
  }

  private SliceKernel.Operand workspace(
      SliceKernel kernel, pooling_forward.primitive_desc descriptor) {
    return new SliceKernel.Operand(kernel.own(descriptor.workspace_desc()), winners);
  }

  private pooling_forward.primitive_desc forward(SliceKernel kernel, int images) {
    Element element = trace().activations();
    return kernel.own(
        new pooling_forward.primitive_desc(
            SliceKernel.processor(),
            training ? prop_kind.forward_training : prop_kind.forward_inference,
            algorithm(),
            kernel.own(input().size().layout(element, images)),
            kernel.own(size().layout(element, images)),
            window.strides(),
            window.size(),
            UNDILATED,
            window.padding(),
            window.padding(),
            kernel.settings(),
            false));
  }

  private algorithm algorithm() {
    return maximum ? algorithm.pooling_max : algorithm.pooling_avg_exclude_padding;
  }
}
