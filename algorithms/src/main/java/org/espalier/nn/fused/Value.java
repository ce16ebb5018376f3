package org.espalier.nn.fused;

import org.bytedeco.dnnl.memory;

/**
 * Images of one shape that a program makes once and reads any number of times.
 *
 * <p>A value that is read in the phase that makes it, and in no other, lives in a lane's scratch
 * memory, one slice at a time, or where its phase needs another one no more; others are kept for
 * the whole batch.
 */
final class Value implements Place {
  private static final int ALIGNMENT = 64;

  private final Size size;
  private final Element element;
  private final int born;
  private int last;
  private long offset = -1;
  private boolean inWhole;
  private long external;

  Value(Size size, Element element, int born) {
    this.size = size;
    this.element = element;
    this.born = born;
    this.last = born;
  }

  /** A value of another element type, channel for channel. */
  Value as(Element other, int phase) {
    return new Value(size, other, phase);
  }

  /** A value of the same shape and type. */
  Value like(int phase) {
    return as(element, phase);
  }

  /** Notes that a phase reads it. */
  Value readIn(int phase) {
    last = Math.max(last, phase);
    return this;
  }

  Size size() {
    return size;
  }

  Element element() {
    return element;
  }

  int born() {
    return born;
  }

  int last() {
    return last;
  }

  boolean wholeBatch() {
    return last > born;
  }

  long imageBytes() {
    return size.numbers() * element.bytes();
  }

  /** Bytes of an image, such that any number of images ends on a cache line. */
  long room() {
    return (imageBytes() + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  }

  /** Says where it begins, in bytes for each image of the batch or slice. */
  void place(long offset) {
    this.offset = offset;
    this.inWhole = wholeBatch();
  }

  /** Says that it lies where another one, of images of the same size, did. */
  void replace(Value other) {
    this.offset = other.offset;
    this.inWhole = other.inWhole;
  }

  /** Gives its range back for others. */
  void giveBack(Arena arena) {
    arena.giveBack(offset, room());
  }

  /** Says that it lies in memory of somebody else. */
  void placeAt(long address) {
    this.external = address;
  }

  @Override
  public long address(Cursor cursor) {
    if (external != 0) {
      return external + cursor.from() * imageBytes();
    }
    Memory memory = cursor.memory();
    return inWhole
        ? wholeAddress(memory) + cursor.from() * imageBytes()
        : cursor.scratch() + offset * cursor.limit();
  }

  /** Where the whole batch begins. */
  long wholeAddress(Memory memory) {
    return memory.whole() + offset * memory.batch();
  }

  /** So many of these images, named [N, C, H, W] as oneDNN names them and laid out NHWC. */
  memory.desc layout(int images) {
    return size.layout(element, images);
  }
}
