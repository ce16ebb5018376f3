package org.espalier.nn.fused;

import org.bytedeco.javacpp.BytePointer;

/** Native memory that begins on a cache line and stays where it is until more is asked for. */
final class Block implements Place, AutoCloseable {
  private static final int LINE = 64;

  private BytePointer memory;
  private long address;

  /** Memory whose size is not known yet. */
  Block() {}

  Block(long bytes) {
    reserve(bytes);
  }

  /** Constants in float32. */
  static Block of(float[] numbers) {
    Block block = new Block(Floats.bytes(numbers.length));
    Floats.write(numbers, block.address());
    return block;
  }

  /** Makes sure that there are so many bytes; what was in them may be lost. */
  void reserve(long bytes) {
    if (memory != null && memory.capacity() >= bytes + LINE) {
      return;
    }
    close();
    memory = new BytePointer(bytes + LINE);
    address = (memory.address() + LINE - 1) / LINE * LINE;
  }

  long address() {
    return address;
  }

  @Override
  public long address(Cursor cursor) {
    return address;
  }

  @Override
  public void close() {
    if (memory != null) {
      memory.close();
      memory = null;
    }
  }
}
