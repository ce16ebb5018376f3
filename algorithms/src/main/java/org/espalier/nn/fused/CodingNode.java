package org.espalier.nn.fused;

import java.util.List;
import org.bytedeco.dnnl.global.dnnl.algorithm;

/** The codes of numbers. */
final class CodingNode extends Node {
  private final CodeGrid grid;

  CodingNode(Trace trace, Node input, CodeGrid grid) {
    super(trace, List.of(input));
    this.grid = grid;
  }

  @Override
  CodeGrid grid() {
    return grid;
  }

  @Override
  void forward() {
    // Made where it is read.
  }

  @Override
  Value make(int phase) {
    Value x = input().output(phase);
    Value y = newValue(phase);
    Block step = Block.of(new float[] {grid.step()});
    trace()
        .act(
            phase,
            List.of(x),
            List.of(y),
            images -> {
              SliceKernel kernel = new SliceKernel();
              kernel.addBinary(
                  algorithm.binary_div,
                  kernel.numbers(x, images),
                  kernel.perChannel(1, step),
                  kernel.numbers(y, images),
                  new PostOps(kernel).within(grid.from(), grid.to()).rounded());
              return kernel;
            });
    return y;
  }

  @Override
  void backward(Value gradient, int phase) {
    throw new IllegalStateException("Cannot go back: the program is for inference");
  }
}
