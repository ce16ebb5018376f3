package org.espalier.nn.fused;

import org.bytedeco.dnnl.memory;

/** Adds up what the slices have and copies the sum to where it belongs, in float32. */
final class SliceSum implements Runnable {
  private final PerSlice shares;
  private final SliceKernel add = new SliceKernel();
  private final SliceKernel copy = new SliceKernel();
  private int slice;

  SliceSum(PerSlice shares, memory.desc layout, memory.desc resultLayout, Place result) {
    this.shares = shares;
    memory.desc numbers =
        add.own(Sums.numbers(layout.get_size() / Element.F32.bytes(), Element.F32));
    SliceKernel.Operand sum = new SliceKernel.Operand(numbers, cursor -> shares.address(0));
    SliceKernel.Operand share = new SliceKernel.Operand(numbers, cursor -> shares.address(slice));
    Sums.append(add, sum, share, sum, false);
    copy.addCopy(
        new SliceKernel.Operand(layout, cursor -> shares.address(0)),
        new SliceKernel.Operand(resultLayout, result));
  }

  @Override
  public void run() {
    for (slice = 1; slice < shares.slices(); slice++) {
      add.run(null);
    }
    copy.run(null);
  }
}
