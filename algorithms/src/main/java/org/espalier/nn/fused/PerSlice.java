package org.espalier.nn.fused;

/** A result that every slice has of its own, to be put together when the phase is over. */
final class PerSlice implements Place {
  private static final int ALIGNMENT = 64;

  private final long fixedBytes;
  private final long bytesPerImage;
  private Memory memory;
  private long offset;
  private long stride;
  private int slices;
  private int limit;

  /** So many bytes, and more for each image that a slice may have. */
  PerSlice(long fixedBytes, long bytesPerImage) {
    this.fixedBytes = fixedBytes;
    this.bytesPerImage = bytesPerImage;
  }

  /** Says how a batch is cut; returns where the next may begin. */
  long place(Memory memory, long offset, int slices, int limit) {
    this.memory = memory;
    this.offset = offset;
    this.slices = slices;
    this.limit = limit;
    this.stride = (fixedBytes + bytesPerImage * limit + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    return offset + stride * slices;
  }

  int slices() {
    return slices;
  }

  /** The number of images in a slice. */
  int images(int slice) {
    return Math.min(limit, memory.batch() - slice * limit);
  }

  long address(int slice) {
    return memory.partials() + offset + slice * stride;
  }

  @Override
  public long address(Cursor cursor) {
    return address(cursor.slice());
  }
}
