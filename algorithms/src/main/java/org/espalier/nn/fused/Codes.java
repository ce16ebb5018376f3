package org.espalier.nn.fused;

import java.util.List;
import java.util.function.UnaryOperator;
import org.bytedeco.dnnl.global.dnnl.algorithm;

/**
 * What is computed with codes beside convolutions, as ONNX Runtime computes it on x86: each
 * operation in float32, a product and the sum with it in one.
 */
final class Codes {
  private Codes() {}

  /** Appends what makes numbers of codes. */
  static Value numbers(Trace trace, Value codes, CodeGrid grid, int phase) {
    return each(trace, codes, algorithm.binary_mul, grid.step(), after -> after, phase);
  }

  /** Appends what makes codes of numbers. */
  static Value of(Trace trace, Value numbers, CodeGrid grid, int phase) {
    return each(
        trace,
        numbers,
        algorithm.binary_div,
        grid.step(),
        after -> after.within(grid.from(), grid.to()).rounded(),
        phase);
  }

  /** Appends ReLU of numbers, or of codes. */
  static Value rectified(Trace trace, Value codes, Relu relu, int phase) {
    return each(
        trace,
        codes,
        algorithm.binary_max,
        0,
        after -> relu.limited() ? after.relu(relu) : after,
        phase);
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
    float factor = from.step() / (grid.step() * count);
    return each(
        trace,
        means,
        algorithm.binary_mul,
        count,
        after -> after.rounded().linear(factor, 0).within(grid.from(), grid.to()).rounded(),
        phase);
  }

  /** Appends an operation on each number of a value and a constant, and what is done after it. */
  private static Value each(
      Trace trace,
      Value value,
      algorithm operation,
      float constant,
      UnaryOperator<PostOps> after,
      int phase) {
    Value result = value.like(phase);
    Block place = Block.of(new float[] {constant});
    trace.act(
        phase,
        List.of(value),
        List.of(result),
        images -> {
          SliceKernel kernel = new SliceKernel();
          kernel.addBinary(
              operation,
              kernel.numbers(value, images),
              kernel.perChannel(1, place),
              kernel.numbers(result, images),
              after.apply(new PostOps(kernel)));
          return kernel;
        });
    return result;
  }
}
