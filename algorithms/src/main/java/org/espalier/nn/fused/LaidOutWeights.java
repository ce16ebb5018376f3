package org.espalier.nn.fused;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.dnnl.memory;

/**
 * Weights in each of the layouts that kernels like best: which one that is depends on the number of
 * images.
 */
final class LaidOutWeights implements AutoCloseable {
  private record Copy(memory.desc layout, Block weights, SliceKernel kernel) {}

  private final memory.desc plain;
  private final Place weights;
  private final List<Copy> copies = new ArrayList<>();

  /**
   * No copies yet.
   *
   * @param plain the layout of the original, in float32
   * @param weights where the original lies
   */
  LaidOutWeights(memory.desc plain, Place weights) {
    this.plain = plain;
    this.weights = weights;
  }

  /** The weights as they are now in a layout and element type. */
  synchronized SliceKernel.Operand in(memory.desc layout) {
    for (Copy copy : copies) {
      if (copy.layout().equals(layout)) {
        return new SliceKernel.Operand(copy.layout(), copy.weights());
      }
    }
    Block block = new Block(layout.get_size());
    SliceKernel kernel = new SliceKernel();
    kernel.addCopy(new SliceKernel.Operand(plain, weights), new SliceKernel.Operand(layout, block));
    kernel.run(null);
    copies.add(new Copy(layout, block, kernel));
    return new SliceKernel.Operand(layout, block);
  }

  /** Copies the original again. */
  synchronized void refresh() {
    copies.forEach(copy -> copy.kernel().run(null));
  }

  @Override
  public synchronized void close() {
    for (Copy copy : copies) {
      copy.kernel().close();
      copy.weights().close();
    }
    copies.clear();
  }
}
