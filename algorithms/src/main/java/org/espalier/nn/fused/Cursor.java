package org.espalier.nn.fused;

/** A lane's place in a batch: the slice at hand, and the memory that this lane works in. */
final class Cursor {
  private final Block scratch = new Block();
  private final Block room = new Block();
  private Memory memory;
  private int slice;
  private int from;
  private int images;
  private int limit;

  /** Makes room for the slices of a batch. */
  void open(Memory memory) {
    this.memory = memory;
    scratch.reserve(memory.scratchBytes());
  }

  /** Goes to a slice of a phase whose slices have at most {@code limit} images. */
  void at(int slice, int limit) {
    this.slice = slice;
    this.limit = limit;
    this.from = slice * limit;
    this.images = Math.min(limit, memory.batch() - from);
  }

  int slice() {
    return slice;
  }

  int from() {
    return from;
  }

  int images() {
    return images;
  }

  /** The most images that a slice of this phase has. */
  int limit() {
    return limit;
  }

  Memory memory() {
    return memory;
  }

  long scratch() {
    return scratch.address();
  }

  /** At least so many bytes for results that nobody reads. */
  long room(long bytes) {
    room.reserve(bytes);
    return room.address();
  }

  void close() {
    room.close();
    scratch.close();
  }
}
