package org.espalier.nn.kernel;

import org.bytedeco.dnnl.stream;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;

/**
 * What a thread needs to run primitives: a stream, and a scratchpad that they use one after the
 * other.
 */
public final class Lane {
  private static final ThreadLocal<Lane> LANES = ThreadLocal.withInitial(Lane::new);

  private final stream queue = new stream(OneDnn.engine());
  private BytePointer scratchpad = new BytePointer(1 << 16);

  /** The calling thread's. */
  public static Lane current() {
    return LANES.get();
  }

  /** Where primitives run, one after the other. */
  public stream stream() {
    return queue;
  }

  /** At least so many bytes, with whatever the last primitive left in them. */
  public Pointer scratchpad(long bytes) {
    if (scratchpad.capacity() < bytes) {
      scratchpad.close();
      scratchpad = new BytePointer(bytes);
    }
    return scratchpad;
  }
}
