package org.espalier.nn.fused;

import java.util.List;
import org.bytedeco.dnnl.memory;
import org.bytedeco.javacpp.Pointer;

/** Every s-th pixel of every s-th row, with zero channels before and behind. */
final class ShortcutNode extends Node {
  private final int stride;
  private final int before;

  ShortcutNode(Trace trace, Node input, int stride, int before, int after) {
    super(
        trace,
        List.of(input),
        new Size(
            input.height() / stride, input.width() / stride, before + input.channels() + after));
    this.stride = stride;
    this.before = before;
  }

  @Override
  boolean moves() {
    return true;
  }

  @Override
  Value make(int phase) {
    Value x = read(phase);
    Value y = newValue(phase);
    trace()
        .act(
            phase,
            List.of(x),
            List.of(y),
            images -> {
              SliceKernel kernel = new Cleared(y, images);
              kernel.addCopy(taken(kernel, x, images), between(kernel, y, images));
              return kernel;
            });
    return y;
  }

  @Override
  void backward(Value gradient, int phase) {
    if (!input().needsGradient()) {
      return;
    }
    Value below = input().newValue(phase);
    trace()
        .act(
            phase,
            List.of(gradient),
            List.of(below),
            images -> {
              SliceKernel kernel = new Cleared(below, images);
              kernel.addCopy(between(kernel, gradient, images), taken(kernel, below, images));
              return kernel;
            });
    input().addGradient(below, phase);
  }

  /** The pixels of an input-shaped value that reach the output. */
  private SliceKernel.Operand taken(SliceKernel kernel, Value images, int count) {
    Size size = images.size();
    long row = (long) size.width() * size.channels();
    long[] strides = {size.numbers(), 1, stride * row, (long) stride * size.channels()};
    return new SliceKernel.Operand(
        kernel.own(new memory.desc(sizes(count), images.element().type(), strides)), images);
  }

  /** The channels of an output-shaped value that come from the input. */
  private SliceKernel.Operand between(SliceKernel kernel, Value images, int count) {
    return new SliceKernel.Operand(
        kernel.own(
            kernel
                .layout(images, count)
                .submemory_desc(sizes(count), new long[] {0, before, 0, 0})),
        images);
  }

  private long[] sizes(int images) {
    return new long[] {images, input().channels(), height(), width()};
  }

  /** Fills a value with zeros before anything else. */
  private static final class Cleared extends SliceKernel {
    private final Value value;
    private final long bytes;

    Cleared(Value value, int images) {
      this.value = value;
      this.bytes = images * value.imageBytes();
    }

    @Override
    void run(Cursor cursor) {
      Pointer.memset(Address.of(value.address(cursor)), 0, bytes);
      super.run(cursor);
    }
  }
}
