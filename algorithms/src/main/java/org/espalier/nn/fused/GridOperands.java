package org.espalier.nn.fused;

import org.bytedeco.dnnl.global.dnnl.algorithm;
import org.bytedeco.javacpp.Pointer;
import org.espalier.nn.fused.SliceKernel.Operand;

/** A grid that changes from pass to pass, and the kernels that read it. */
final class GridOperands {
  private static final int STEP = 0;
  private static final int LOWEST = 1;
  private static final int HIGHEST = 2;
  private static final int FROM = 3;
  private static final int TO = 4;

  private final Block numbers = new Block(Floats.bytes(TO + 1));
  private RoundingGrid grid;

  /** Takes a grid, or null: numbers then pass unchanged. */
  void set(RoundingGrid next) {
    grid = next;
    if (grid != null) {
      Floats.write(
          new float[] {
            grid.step(), grid.lowest(), grid.highest(), grid.passesFrom(), grid.passesTo()
          },
          numbers.address());
    }
  }

  /** The grid at hand, or null. */
  RoundingGrid grid() {
    return grid;
  }

  /** Rounds x to y. */
  SliceKernel rounded(Value x, Value y, int images) {
    SliceKernel kernel = new UnlessLeftAlone(x, y, images);
    kernel.addBinary(
        algorithm.binary_div,
        kernel.numbers(x, images),
        number(kernel, STEP),
        kernel.numbers(y, images),
        new PostOps(kernel)
            .then(algorithm.binary_max, number(kernel, LOWEST))
            .then(algorithm.binary_min, number(kernel, HIGHEST))
            .rounded()
            .times(number(kernel, STEP)));
    return kernel;
  }

  /** Takes a gradient behind the rounding of x to the one before it. */
  SliceKernel passed(Value x, Value gradient, Value below, int images) {
    SliceKernel kernel = new UnlessLeftAlone(gradient, below, images);
    PostOps after = inside(kernel, x, images).times(kernel.numbers(gradient, images));
    addBounded(kernel, x, below, images, after);
    return kernel;
  }

  /** What each number of x, with y rounded, takes from the gradient of the step, in steps. */
  SliceKernel stepShares(Value x, Value y, Value gradient, Value shares, int images) {
    SliceKernel kernel = new SliceKernel();
    PostOps after =
        inside(kernel, x, images)
            .times(kernel.numbers(x, images))
            .then(algorithm.binary_sub, kernel.numbers(y, images))
            .times(kernel.numbers(gradient, images));
    addBounded(kernel, x, shares, images, after);
    return kernel;
  }

  /** Makes of a number bounded below: 1 where gradients pass, else 0. */
  private PostOps inside(SliceKernel kernel, Value x, int images) {
    return new PostOps(kernel)
        .then(algorithm.binary_min, number(kernel, TO))
        .then(algorithm.binary_eq, kernel.numbers(x, images));
  }

  private void addBounded(SliceKernel kernel, Value x, Value result, int images, PostOps after) {
    kernel.addBinary(
        algorithm.binary_max,
        kernel.numbers(x, images),
        number(kernel, FROM),
        kernel.numbers(result, images),
        after);
  }

  private Operand number(SliceKernel kernel, int index) {
    return kernel.perChannel(1, cursor -> numbers.address() + Floats.bytes(index));
  }

  /** Copies where there is no grid. */
  private final class UnlessLeftAlone extends SliceKernel {
    private final Value from;
    private final Value to;
    private final long bytes;

    UnlessLeftAlone(Value from, Value to, int images) {
      this.from = from;
      this.to = to;
      this.bytes = images * from.imageBytes();
    }

    @Override
    void run(Cursor cursor) {
      if (grid == null) {
        Pointer.memcpy(Address.of(to.address(cursor)), Address.of(from.address(cursor)), bytes);
      } else {
        super.run(cursor);
      }
    }
  }
}
