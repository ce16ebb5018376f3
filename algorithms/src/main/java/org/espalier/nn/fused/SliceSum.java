package org.espalier.nn.fused;

import org.bytedeco.dnnl.memory;

/**
 * The gradient of a convolution's weights: computed by slices, added up, and copied to where it
 * belongs.
 *
 * <p>Shares are in the layout that the first slice likes best, if there is room for it; slices of
 * another number of images may like another one, and copy.
 */
final class SliceSum implements Runnable {
  private static final int[] TYPICAL_IMAGES = {1, 2, 8, 32};

  private final ConvolutionShape shape;
  private final Place result;
  private final PerSlice shares;
  private final long shareBytes;
  private memory.desc layout;
  private SliceKernel add;
  private SliceKernel copy;
  private int slice;

  SliceSum(ConvolutionShape shape, Element activations, Place result) {
    this.shape = shape;
    this.result = result;
    long bytes = shape.plain().get_size();
    for (int images : TYPICAL_IMAGES) {
      try (ConvolutionDescriptors probe =
          new ConvolutionDescriptors(shape, activations, images, false)) {
        bytes = Math.max(bytes, probe.own(probe.backwardWeights().diff_weights_desc()).get_size());
      }
    }
    this.shareBytes = bytes;
    this.shares = new PerSlice(bytes, 0);
  }

  PerSlice shares() {
    return shares;
  }

  /** Where a kernel writes its slice's share, which it computes in a layout. */
  synchronized SliceKernel.Operand share(SliceKernel kernel, memory.desc computed) {
    if (layout == null) {
      layout = computed.get_size() <= shareBytes ? computed : shape.plain();
      prepare();
    }
    return layout.equals(computed)
        ? new SliceKernel.Operand(layout, shares)
        : new SliceKernel.Operand(computed, kernel.room(computed.get_size()));
  }

  /** Appends the copy of the share, where it is not in the right layout. */
  void collect(SliceKernel kernel, SliceKernel.Operand computed) {
    if (computed.place() != shares) {
      kernel.addCopy(computed, new SliceKernel.Operand(layout, shares));
    }
  }

  private void prepare() {
    add = new SliceKernel();
    copy = new SliceKernel();
    memory.desc numbers =
        add.own(Sums.numbers(layout.get_size() / Element.F32.bytes(), Element.F32));
    SliceKernel.Operand sum = new SliceKernel.Operand(numbers, cursor -> shares.address(0));
    SliceKernel.Operand share = new SliceKernel.Operand(numbers, cursor -> shares.address(slice));
    Sums.append(add, sum, share, sum, false);
    copy.addCopy(
        new SliceKernel.Operand(layout, cursor -> shares.address(0)),
        new SliceKernel.Operand(shape.plain(), result));
  }

  @Override
  public void run() {
    for (slice = 1; slice < shares.slices(); slice++) {
      add.run(null);
    }
    copy.run(null);
  }
}
