package org.espalier.nn.fused;

import org.bytedeco.dnnl.memory;

/**
 * A number for each channel, repeated for every pixel of a row.
 *
 * <p>It serves where images are seen as rows of W * C numbers: oneDNN's broadcasts are slow where
 * the inner dimension is as short as C.
 */
final class ChannelRow implements Place {
  private final int channels;
  private final float[] numbers;
  private final Block block;

  ChannelRow(Size images) {
    this.channels = images.channels();
    this.numbers = new float[images.width() * channels];
    this.block = new Block(Floats.bytes(numbers.length));
  }

  /** Says what the number of each channel is. */
  void set(float[] perChannel) {
    for (int from = 0; from < numbers.length; from += channels) {
      System.arraycopy(perChannel, 0, numbers, from, channels);
    }
    Floats.write(numbers, block.address());
  }

  /** The row as an operand of a kernel. */
  SliceKernel.Operand in(SliceKernel kernel) {
    return new SliceKernel.Operand(
        kernel.own(
            new memory.desc(
                new long[] {1, numbers.length}, Element.F32.type(), memory.format_tag.ab)),
        this);
  }

  @Override
  public long address(Cursor cursor) {
    return block.address();
  }
}
