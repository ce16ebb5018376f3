package org.espalier.nn.fused;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_SCALE;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_SHIFT;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_MEAN;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SCALE;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_VARIANCE;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_WORKSPACE;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.dnnl.batch_normalization_backward;
import org.bytedeco.dnnl.batch_normalization_forward;
import org.espalier.nn.kernel.ChannelTile;

/**
 * Batch normalisation with the statistics of the whole batch, with or without ReLU.
 *
 * <p>Forward, the statistics of slices are pooled when all have been computed, and the next phase
 * normalises. Backward, with g the gradient at the output behind the ReLU, a = gamma / deviation
 * and n the pixels of the batch,
 *
 * <pre>
 * dbeta  = sum g
 * dgamma = sum g normalised(x)
 * dx     = a g - a (dbeta + dgamma normalised(x)) / n
 * </pre>
 *
 * <p>one phase computes the sums and a g, the next one the second term of dx, itself a
 * normalisation of x. Where peers have other parts of the batch, statistics, n and the sums in dx
 * are those of all, dbeta and dgamma one's own. Frozen, the second term is 0. Ioffe and Szegedy, <a
 * href="https://arxiv.org/abs/1502.03167">Batch Normalization</a>, section 3.
 */
final class BatchNormNode extends Node {
  private final BatchNormParameters parameters;
  private final boolean relu;
  private final ChannelTile tile;
  private final BatchStatistics statistics;
  private final BatchNormPull pull;
  private final Map<Integer, Value> signs = new HashMap<>();

  BatchNormNode(Trace trace, Node input, BatchNormParameters parameters, boolean relu) {
    super(trace, List.of(input));
    this.parameters = parameters;
    this.relu = relu;
    this.tile = size().tile();
    this.statistics = new BatchStatistics(tile);
    this.pull = BatchNormPull.of(size(), trace.activations(), statistics, parameters.eps());
  }

  @Override
  int level() {
    return super.level() + 1;
  }

  @Override
  boolean needsGradient() {
    return parameters.learn() || super.needsGradient();
  }

  @Override
  void forward() {
    int phase = input().level();
    statistics.measureWithPeers(trace(), input().output(phase), phase);
    trace().phase(phase).atEnd(() -> parameters.move(statistics));
    parameters.noteMovements(trace().phase(phase));
  }

  @Override
  Value make(int phase) {
    Value x = input().output(phase);
    Value y = newValue(phase);
    Normalization normalization =
        parameters.normalization(statistics.mean(), statistics.variance());
    boolean remember = relu && trace().goingBack();
    List<Value> made = new ArrayList<>(List.of(y));
    if (remember) {
      Value workspace = new Value(new Size(1, 1, signBytes(x)), Element.U8, phase);
      signs.put(phase, workspace);
      made.add(workspace);
    }
    trace()
        .act(
            phase,
            List.of(x),
            made,
            images -> {
              BatchNormDescriptors kernel = descriptors(x, images, relu);
              var descriptor = remember ? kernel.training() : kernel.inference();
              Map<Integer, SliceKernel.Operand> operands =
                  kernel.forwardOperands(x, normalization, y, images);
              if (remember) {
                operands.put(DNNL_ARG_WORKSPACE, kernel.workspace(descriptor, signs.get(phase)));
              }
              kernel.add(new batch_normalization_forward(descriptor), descriptor, operands);
              return kernel;
            });
    return y;
  }

  @Override
  boolean addsAlong() {
    return !relu && trace().activations() == Element.F32;
  }

  @Override
  Value plus(Value other, boolean rectified, int phase) {
    if (!addsAlong()) {
      return super.plus(other, rectified, phase);
    }
    RowAffine affine = new RowAffine(size());
    trace().phase(input().level()).atEnd(() -> parameters.fold(statistics, affine));
    return affine.added(trace(), input().output(phase), other, rectified, phase);
  }

  /** Bytes for the signs of an image: a bit for each number, or a byte where oneDNN likes that. */
  private int signBytes(Value x) {
    try (BatchNormDescriptors probe = descriptors(x, 1, true)) {
      return (int) probe.own(probe.training().workspace_desc()).get_size();
    }
  }

  @Override
  void backward(Value gradient, int phase) {
    Value scaled = reduce(gradient, phase);
    if (input().needsGradient()) {
      int next = phase + 1;
      Value below = pull.added(trace(), input().output(next), scaled, next);
      input().addGradient(below, next);
    }
  }

  /** Computes a g, and the sums over each slice. */
  private Value reduce(Value gradient, int phase) {
    long half = Floats.bytes(tile.width());
    Value x = input().output(phase);
    Value scaled = newValue(phase);
    PerSlice sums = trace().phase(phase).add(new PerSlice(2 * half, 0));
    List<Value> reads = new ArrayList<>(List.of(x, gradient));
    if (relu) {
      output(phase);
      reads.add(signs.get(phase));
    }
    trace()
        .act(
            phase,
            reads,
            List.of(scaled),
            List.of(gradient),
            images -> {
              BatchNormDescriptors kernel = descriptors(x, images, relu);
              var forward = kernel.training();
              var descriptor = kernel.backward(forward);
              Map<Integer, SliceKernel.Operand> operands = new HashMap<>();
              operands.put(DNNL_ARG_SRC, kernel.tiles(x, images));
              operands.put(DNNL_ARG_MEAN, kernel.copied(statistics.mean()));
              operands.put(DNNL_ARG_VARIANCE, kernel.copied(statistics.variance()));
              operands.put(DNNL_ARG_SCALE, kernel.copied(parameters.gamma()));
              operands.put(DNNL_ARG_DIFF_DST, kernel.tiles(gradient, images));
              operands.put(DNNL_ARG_DIFF_SRC, kernel.tiles(scaled, images));
              operands.put(DNNL_ARG_DIFF_SCALE, kernel.perTile(sums));
              operands.put(
                  DNNL_ARG_DIFF_SHIFT, kernel.perTile(cursor -> sums.address(cursor) + half));
              if (relu) {
                operands.put(DNNL_ARG_WORKSPACE, kernel.workspace(forward, signs.get(phase)));
              }
              kernel.add(new batch_normalization_backward(descriptor), descriptor, operands);
              return kernel;
            });
    trace().phase(phase).atEndWithPeers(2 * channels(), () -> pool(sums, trace().peers()));
    parameters.noteGradients(trace().phase(phase));
    return scaled;
  }

  private void pool(PerSlice sums, Peers peers) {
    int count = channels();
    double[] both = new double[2 * count];
    for (int slice = 0; slice < sums.slices(); slice++) {
      float[] part = Floats.read(sums.address(slice), 2 * tile.width());
      for (int i = 0; i < tile.width(); i++) {
        both[i % count] += part[i];
        both[count + i % count] += part[tile.width() + i];
      }
    }
    parameters.gradients(both);
    if (peers.present()) {
      both = peers.sum(both);
    }
    long pixels = statistics.pixels();
    float[] gamma = Floats.read(parameters.gamma().address(null), count);
    double[] variance = statistics.pooledVariance();
    double[] scale = new double[count];
    double[] shift = new double[count];
    for (int c = 0; c < count; c++) {
      double a = gamma[c] / Math.sqrt(variance[c] + parameters.eps());
      scale[c] = -a * both[c] / pixels;
      shift[c] = -a * both[count + c] / pixels;
    }
    if (parameters.frozen().getAsBoolean()) {
      Arrays.fill(scale, 0);
      Arrays.fill(shift, 0);
    }
    pull.set(scale, shift);
  }

  private BatchNormDescriptors descriptors(Value x, int images, boolean relu) {
    return new BatchNormDescriptors(x, images, parameters.eps(), relu);
  }
}
