package org.espalier.nn.fused;

import java.util.List;
import org.bytedeco.dnnl.global.dnnl.algorithm;
import org.bytedeco.dnnl.memory;

/** A factor and an offset for each channel, another value added, and ReLU, in one pass. */
final class RowAffine {
  private final ChannelRow factors;
  private final ChannelRow offsets;

  RowAffine(Size images) {
    this.factors = new ChannelRow(images);
    this.offsets = new ChannelRow(images);
  }

  /** Takes the factors and offsets that normalise by the batch's statistics, scale and shift. */
  void normalize(BatchStatistics batch, float eps, double[] scale, double[] shift) {
    double[] mean = batch.pooledMean();
    double[] variance = batch.pooledVariance();
    float[] factor = new float[scale.length];
    float[] offset = new float[scale.length];
    for (int c = 0; c < scale.length; c++) {
      double each = scale[c] / Math.sqrt(variance[c] + eps);
      factor[c] = (float) each;
      offset[c] = (float) (shift[c] - mean[c] * each);
    }
    factors.set(factor);
    offsets.set(offset);
  }

  /** Appends x times the factors plus the offsets plus another value, perhaps ReLU, to a phase. */
  Value added(Trace trace, Value x, Value other, boolean relu, int phase) {
    Value result = x.like(phase);
    trace.act(
        phase,
        List.of(x, other),
        List.of(result),
        List.of(other, x),
        images -> kernel(x, other, result, relu, images));
    return result;
  }

  private SliceKernel kernel(Value x, Value other, Value result, boolean relu, int images) {
    SliceKernel kernel = new SliceKernel();
    memory.desc rows = kernel.own(x.size().rows(x.element(), images));
    kernel.addBinary(
        algorithm.binary_mul,
        new SliceKernel.Operand(rows, x),
        factors.in(kernel),
        new SliceKernel.Operand(rows, result),
        new PostOps(kernel)
            .plus(offsets.in(kernel))
            .plus(new SliceKernel.Operand(rows, other))
            .relu(relu));
    return kernel;
  }
}
