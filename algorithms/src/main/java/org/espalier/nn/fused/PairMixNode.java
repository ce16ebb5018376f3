package org.espalier.nn.fused;

import java.util.List;
import org.bytedeco.dnnl.global.dnnl.algorithm;
import org.bytedeco.dnnl.memory;

/**
 * Mixes the first half of each slice with the second: y1 = f (x1 - x2) + x2 and y2 = x2.
 *
 * <p>With e the gradient at y, dx1 = f e1, dx2 = e1 - f e1 + e2, and df is the sum of e1 (x1 - x2)
 * over rows and pixels.
 */
final class PairMixNode extends Node {
  private final Place factors;
  private final long factorGradient;
  private final ChannelRow row;

  /**
   * A mixture.
   *
   * @param factors where a factor for each channel lies
   * @param factorGradient where their gradient belongs
   */
  PairMixNode(Trace trace, Node input, Place factors, long factorGradient) {
    super(trace, List.of(input));
    this.factors = factors;
    this.factorGradient = factorGradient;
    this.row = new ChannelRow(size());
    trace.pairRows();
  }

  @Override
  boolean needsGradient() {
    return true;
  }

  @Override
  void forward() {
    trace().phase(0).atEnd(() -> row.set(Floats.read(factors.address(null), channels())));
    int phase = level();
    Value x = input().output(phase);
    Value y = keep(newValue(phase));
    trace()
        .act(
            phase,
            List.of(x),
            List.of(y),
            images -> {
              Halves halves = new Halves(images);
              halves.addBinary(
                  algorithm.binary_sub,
                  halves.first(x),
                  halves.second(x),
                  halves.first(y),
                  new PostOps(halves).times(row.in(halves)).plus(halves.second(x)));
              halves.addCopy(halves.second(x), halves.second(y));
              return halves;
            });
  }

  @Override
  void backward(Value gradient, int phase) {
    learn(gradient, phase);
    if (input().needsGradient()) {
      Value below = newValue(phase);
      trace()
          .act(
              phase,
              List.of(gradient),
              List.of(below),
              images -> {
                Halves halves = new Halves(images);
                halves.addBinary(
                    algorithm.binary_mul,
                    halves.first(gradient),
                    row.in(halves),
                    halves.first(below),
                    new PostOps(halves));
                halves.addBinary(
                    algorithm.binary_sub,
                    halves.first(gradient),
                    halves.first(below),
                    halves.second(below),
                    new PostOps(halves).plus(halves.second(gradient)));
                return halves;
              });
      input().addGradient(below, phase);
    }
  }

  private void learn(Value gradient, int phase) {
    Value x = input().output(phase);
    Value products =
        new Value(new Size(1, size().pixels() / 2, channels()), trace().activations(), phase);
    trace()
        .act(
            phase,
            List.of(x, gradient),
            List.of(products),
            images -> {
              Halves halves = new Halves(images);
              halves.addBinary(
                  algorithm.binary_sub,
                  halves.first(x),
                  halves.second(x),
                  halves.first(products),
                  new PostOps(halves).times(halves.first(gradient)));
              return halves;
            });
    BatchStatistics means = new BatchStatistics(products.size().tile());
    means.measure(trace(), products, phase);
    trace().phase(phase).atEnd(() -> write(means));
    trace().phase(phase).writes(factorGradient, channels());
  }

  private void write(BatchStatistics means) {
    double[] sums = means.pooledMean().clone();
    for (int c = 0; c < sums.length; c++) {
      sums[c] *= means.pixels();
    }
    Floats.write(sums, 0, sums.length, factorGradient);
  }

  /** Primitives on the two halves of a slice, seen as rows of W * C numbers. */
  private final class Halves extends SliceKernel {
    private final int pairs;
    private final memory.desc rows;

    Halves(int images) {
      pairs = images / 2;
      rows = own(size().rows(trace().activations(), pairs));
    }

    Operand first(Value value) {
      return new Operand(rows, value);
    }

    Operand second(Value value) {
      long behind = pairs * value.imageBytes();
      return new Operand(rows, cursor -> value.address(cursor) + behind);
    }
  }
}
