package org.espalier.nn.fused;

import java.util.List;
import org.bytedeco.dnnl.global.dnnl.algorithm;
import org.bytedeco.dnnl.memory;

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
    kernel.addBinary(
        algorithm.binary_mul,
        new SliceKernel.Operand(rows, x),
        new SliceKernel.Operand(row, factors),
        new SliceKernel.Operand(rows, result),
        new PostOps(kernel)
            .plus(new SliceKernel.Operand(row, offsets))
            .plus(new SliceKernel.Operand(rows, other)));
    return kernel;
  }
}
