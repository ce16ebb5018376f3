package org.espalier.nn.fused;

/** The memory of a program, sized for a batch. */
final class Memory implements AutoCloseable {
  private final Block whole = new Block();
  private final Block partials = new Block();
  private int batch;
  private long scratchBytes;

  void reserve(int batch, long wholeBytesPerImage, long scratchBytes) {
    this.batch = batch;
    this.scratchBytes = scratchBytes;
    whole.reserve(wholeBytesPerImage * batch);
  }

  void reservePartials(long bytes) {
    partials.reserve(bytes);
  }

  int batch() {
    return batch;
  }

  long whole() {
    return whole.address();
  }

  long partials() {
    return partials.address();
  }

  long scratchBytes() {
    return scratchBytes;
  }

  @Override
  public void close() {
    whole.close();
    partials.close();
  }
}
