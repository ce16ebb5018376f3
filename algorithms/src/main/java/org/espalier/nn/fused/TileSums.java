package org.espalier.nn.fused;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_BIAS;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_WEIGHTS;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;

import java.util.Map;
import org.bytedeco.dnnl.convolution_backward_weights;
import org.bytedeco.dnnl.convolution_forward;
import org.bytedeco.dnnl.global.dnnl.algorithm;
import org.bytedeco.dnnl.global.dnnl.prop_kind;
import org.bytedeco.dnnl.memory;
import org.espalier.nn.fused.SliceKernel.Operand;

/**
 * For each number of a tile, the sums of x y and of y over many tiles, float32, in one pass.
 *
 * <p>They are the gradients of weights and bias of a depthwise 1x1 convolution of x where that of
 * the output is y: of all that oneDNN can sum up, this is by far the fastest.
 */
final class TileSums {
  private static final long[] ONES = {1, 1};
  private static final long[] ZEROS = {0, 0};
  private static final int LANES = 16;
  private static final String FAST = "jit";

  private TileSums() {}

  /** Bytes to have for the result of tiles of so many numbers. */
  static long bytes(int width) {
    return Floats.bytes((width + LANES - 1) / LANES * LANES);
  }

  /** Whether this is fast on this machine. */
  static boolean serve(int width) {
    try (SliceKernel probe = new SliceKernel()) {
      return describe(probe, width, LANES).impl_info_str().getString().startsWith(FAST);
    }
  }

  /** Appends the sums over so many tiles. */
  static void add(
      SliceKernel kernel, int width, int tiles, Place x, Place y, Place products, Place sums) {
    convolution_backward_weights.primitive_desc descriptor = describe(kernel, width, tiles);
    memory.desc image = kernel.own(descriptor.src_desc());
    kernel.add(
        new convolution_backward_weights(descriptor),
        descriptor,
        Map.of(
            DNNL_ARG_SRC,
            new Operand(image, x),
            DNNL_ARG_DIFF_DST,
            new Operand(image, y),
            DNNL_ARG_DIFF_WEIGHTS,
            new Operand(kernel.own(descriptor.diff_weights_desc()), products),
            DNNL_ARG_DIFF_BIAS,
            kernel.perChannel(width, sums)));
  }

  private static convolution_backward_weights.primitive_desc describe(
      SliceKernel kernel, int width, int tiles) {
    memory.desc image = kernel.own(new Size(1, tiles, width).layout(Element.F32, 1));
    memory.desc weights =
        kernel.own(
            new memory.desc(
                new long[] {width, 1, 1, 1, 1}, Element.F32.type(), memory.format_tag.any));
    memory.desc bias = kernel.perChannel(width, null).layout();
    convolution_forward.primitive_desc hint =
        kernel.own(
            new convolution_forward.primitive_desc(
                SliceKernel.processor(),
                prop_kind.forward_training,
                algorithm.convolution_direct,
                image,
                weights,
                bias,
                image,
                ONES,
                ZEROS,
                ZEROS,
                ZEROS,
                kernel.settings(),
                false));
    return kernel.own(
        new convolution_backward_weights.primitive_desc(
            SliceKernel.processor(),
            algorithm.convolution_direct,
            image,
            weights,
            bias,
            image,
            ONES,
            ZEROS,
            ZEROS,
            ZEROS,
            hint,
            kernel.settings(),
            false));
  }
}
