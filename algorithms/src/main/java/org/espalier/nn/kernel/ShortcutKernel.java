package org.espalier.nn.kernel;

import org.bytedeco.dnnl.memory;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Copies every s-th pixel of every s-th row of NHWC images into some of the channels of other
 * images, and back.
 */
public final class ShortcutKernel extends Kernel {
  /**
   * A shortcut's sizes: the images, the distance of the pixels, and the zero channels on both
   * sides.
   */
  public record Shape(
      long batch, long height, long width, long channels, long stride, long before, long after) {
    /** Whether oneDNN can do it: rows and columns must divide by the stride. */
    public boolean divides() {
      return height % stride == 0 && width % stride == 0;
    }

    /** Rows of the output. */
    public long outHeight() {
      return (height + stride - 1) / stride;
    }

    /** Columns of the output. */
    public long outWidth() {
      return (width + stride - 1) / stride;
    }

    /** Channels of the output. */
    public long outChannels() {
      return before + channels + after;
    }
  }

  private final Operand narrow;
  private final Operand wide;
  private final Step forward;
  private final Step backward;

  /** Prepares both directions. */
  public ShortcutKernel(Shape shape) {
    long[] sizes = {shape.batch(), shape.channels(), shape.outHeight(), shape.outWidth()};
    long row = shape.width() * shape.channels();
    long[] strides = {
      shape.height() * row, 1, shape.stride() * row, shape.stride() * shape.channels()
    };
    narrow = operand(keep(new memory.desc(sizes, memory.data_type.f32, strides)));
    memory.desc whole =
        images(shape.batch(), shape.outChannels(), shape.outHeight(), shape.outWidth());
    wide = operand(keep(whole.submemory_desc(sizes, new long[] {0, shape.before(), 0, 0})));
    forward = copy(narrow, wide);
    backward = copy(wide, narrow);
  }

  /** Copies the taken pixels of x into y, of which it leaves everything else as it is. */
  public void forward(INDArray x, INDArray y) {
    run(forward, x, y);
  }

  /**
   * Copies gradients back to the taken pixels of dx, of which it leaves everything else as it is.
   */
  public void backward(INDArray dy, INDArray dx) {
    run(backward, dx, dy);
  }

  private void run(Step step, INDArray images, INDArray result) {
    narrow.at(images);
    wide.at(result);
    step.run();
    done(images, result);
  }
}
