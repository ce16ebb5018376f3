package org.espalier.nn.fused;

import java.util.List;
import org.bytedeco.dnnl.global.dnnl.algorithm;

/** ReLU of numbers, or of codes. */
final class ReluNode extends Node {
  ReluNode(Trace trace, Node input) {
    super(trace, List.of(input));
  }

  @Override
  CodeGrid grid() {
    return input().grid();
  }

  @Override
  boolean round(CodeGrid grid) {
    return input().roundAlone(grid);
  }

  @Override
  void forward() {
    // Made where it is read.
  }

  @Override
  Value make(int phase) {
    Value x = input().kept(phase);
    Value y = newValue(phase);
    Block zero = Block.of(new float[1]);
    trace()
        .act(
            phase,
            List.of(x),
            List.of(y),
            images -> {
              SliceKernel kernel = new SliceKernel();
              kernel.addBinary(
                  algorithm.binary_max,
                  kernel.numbers(x, images),
                  kernel.perChannel(1, zero),
                  kernel.numbers(y, images),
                  new PostOps(kernel));
              return kernel;
            });
    return y;
  }

  @Override
  void backward(Value gradient, int phase) {
    throw new IllegalStateException("Cannot go back: the program is for inference");
  }
}
