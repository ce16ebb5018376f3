package org.espalier.nn.fused;

import java.util.List;
import org.bytedeco.dnnl.global.dnnl.algorithm;

/**
 * What is computed with codes beside convolutions, as ONNX Runtime computes it on x86: each
 * operation in float32, a product and the sum with it in one.
 */
final class Codes {
  private Codes() {}

  /** Appends what makes numbers of codes. */
  static Value numbers(Trace trace, Value codes, CodeGrid grid, int phase) {
    Value numbers = codes.like(phase);
    Block step = Block.of(new float[] {grid.step()});
    trace.act(
        phase,
        List.of(codes),
        List.of(numbers),
        images -> {
          SliceKernel kernel = new SliceKernel();
          kernel.addBinary(
              algorithm.binary_mul,
              kernel.numbers(codes, images),
              kernel.perChannel(1, step),
              kernel.numbers(numbers, images),
              new PostOps(kernel));
          return kernel;
        });
    return numbers;
  }

  /**
   * Appends the sum of two values, rounded to codes.
   *
   * <p>With ra = sa / s, rb = sb / s and codes qa, qb from 0 to 255 it is qa ra + (qb rb + (z - (za
   * ra + zb rb))), rounded.
   */
  static Value sum(Trace trace, Node first, Node second, CodeGrid grid, boolean relu, int phase) {
    Value a = first.kept(phase);
    Value b = second.kept(phase);
    Value sum = a.like(phase);
    CodeGrid ofA = first.grid();
    CodeGrid ofB = second.grid();
    float ratioA = ofA.step() / grid.step();
    float ratioB = ofB.step() / grid.step();
    float fixed = grid.zero() - Math.fma(ratioA, ofA.zero(), ratioB * ofB.zero());
    Block zeros = Block.of(new float[] {ofA.zero(), ofB.zero()});
    trace.act(
        phase,
        List.of(a, b),
        List.of(sum),
        images -> {
          SliceKernel kernel = new SliceKernel();
          SliceKernel.Operand result = kernel.numbers(sum, images);
          kernel.addBinary(
              algorithm.binary_add,
              kernel.numbers(a, images),
              kernel.perChannel(1, zeros),
              result,
              new PostOps(kernel));
          kernel.addBinary(
              algorithm.binary_add,
              kernel.numbers(b, images),
              kernel.perChannel(1, cursor -> zeros.address() + Float.BYTES),
              result,
              new PostOps(kernel)
                  .linear(ratioB, fixed)
                  .plusResultTimes(ratioA)
                  .rounded()
                  .within(relu ? grid.zero() : grid.lowest(), grid.highest())
                  .linear(1, -grid.zero()));
          return kernel;
        });
    return sum;
  }

  /**
   * Appends what rounds the means of so many codes each to codes.
   *
   * <p>A mean times the count, rounded, is the exact sum.
   */
  static Value rounded(
      Trace trace, Value means, int count, CodeGrid from, CodeGrid grid, int phase) {
    Value codes = means.like(phase);
    Block counts = Block.of(new float[] {count});
    float factor = from.step() / (grid.step() * count);
    trace.act(
        phase,
        List.of(means),
        List.of(codes),
        images -> {
          SliceKernel kernel = new SliceKernel();
          kernel.addBinary(
              algorithm.binary_mul,
              kernel.numbers(means, images),
              kernel.perChannel(1, counts),
              kernel.numbers(codes, images),
              new PostOps(kernel)
                  .rounded()
                  .linear(factor, 0)
                  .within(grid.from(), grid.to())
                  .rounded());
          return kernel;
        });
    return codes;
  }
}
