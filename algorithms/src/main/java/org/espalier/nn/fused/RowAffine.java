package org.espalier.nn.fused;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_ATTR_MULTIPLE_POST_OP_BASE;
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

/**
 * A factor and an offset for each channel, and another value added, in one pass.
 *
 * <p>Images are seen as rows of W * C numbers, for which the factors are repeated W times: oneDNN's
 * broadcasts are slow where the inner dimension is short.
 */
final class RowAffine {
  private final int width;
  private final int channels;
  private final Block factors;
  private final Block offsets;

  RowAffine(int width, int channels) {
    this.width = width;
    this.channels = channels;
    this.factors = new Block(Floats.bytes(width * channels));
    this.offsets = new Block(Floats.bytes(width * channels));
  }

  /** Says what each channel is multiplied with, and what is then added. */
  void set(double[] factor, double[] offset) {
    repeat(factor, factors);
    repeat(offset, offsets);
  }

  private void repeat(double[] perChannel, Block block) {
    float[] row = new float[width * channels];
    for (int i = 0; i < row.length; i++) {
      row[i] = (float) perChannel[i % channels];
    }
    Floats.write(row, block.address());
  }

  /** Appends x times the factors plus the offsets plus another value to a phase. */
  Value added(Trace trace, Value x, Value other, int phase) {
    Value result = x.like(phase);
    trace.act(
        phase, List.of(x, other), List.of(result), images -> kernel(x, other, result, images));
    return result;
  }

  private SliceKernel kernel(Value x, Value other, Value result, int images) {
    SliceKernel kernel = new SliceKernel();
    long[] sizes = {(long) images * x.size().height(), (long) width * channels};
    memory.desc rows = kernel.own(new memory.desc(sizes, x.element().type(), memory.format_tag.ab));
    memory.desc row =
        kernel.own(
            new memory.desc(new long[] {1, sizes[1]}, Element.F32.type(), memory.format_tag.ab));
    post_ops after = kernel.own(new post_ops());
    after.append_binary(algorithm.binary_add, row);
    after.append_binary(algorithm.binary_add, rows);
    primitive_attr attributes = kernel.own(new primitive_attr());
    attributes.set_scratchpad_mode(scratchpad_mode.user);
    attributes.set_post_ops(after);
    binary.primitive_desc descriptor =
        kernel.own(
            new binary.primitive_desc(
                SliceKernel.processor(), algorithm.binary_mul, rows, row, rows, attributes, false));
    kernel.add(
        new binary(descriptor),
        descriptor,
        Map.of(
            DNNL_ARG_SRC_0,
            new SliceKernel.Operand(rows, x),
            DNNL_ARG_SRC_1,
            new SliceKernel.Operand(row, factors),
            DNNL_ARG_ATTR_MULTIPLE_POST_OP_BASE | DNNL_ARG_SRC_1,
            new SliceKernel.Operand(row, offsets),
            2 * DNNL_ARG_ATTR_MULTIPLE_POST_OP_BASE | DNNL_ARG_SRC_1,
            new SliceKernel.Operand(rows, other),
            DNNL_ARG_DST,
            new SliceKernel.Operand(rows, result)));
    return kernel;
  }
}
