package org.espalier.spark.collective;

import java.nio.ByteBuffer;

/**
 * What goes before every segment on the wire: which operation of the ring, which step, how much.
 *
 * <p>The receiver knows what it expects; a header that says otherwise means that the ranks have
 * taken different ways, or that bytes were lost.
 */
final class Header {
  static final int SUM_FLOAT32 = 1;
  static final int SUM_FLOAT16 = 2;
  static final int GATHER = 3;
  static final int BROADCAST = 4;

  /** Bytes of a header. */
  static final int BYTES = 3 * Integer.BYTES + 2 * Long.BYTES + Integer.BYTES;

  private static final int MAGIC = 0x45535247;

  private Header() {}

  /** Writes a header and makes it ready to be sent. */
  static void write(ByteBuffer into, int kind, long operation, int step, int elements, long bytes) {
    into.clear();
    into.putInt(MAGIC).putInt(kind).putInt(step).putInt(elements);
    into.putLong(operation).putLong(bytes).flip();
  }

  /** Returns what is wrong with a received header, or null if it is the expected one. */
  static String check(
      ByteBuffer header, int kind, long operation, int step, int elements, long bytes) {
    if (header.getInt(0) != MAGIC) {
      return "sent bytes that begin no message";
    }
    long theirOperation = header.getLong(16);
    if (theirOperation != operation) {
      return "is at operation " + theirOperation;
    }
    if (header.getInt(4) != kind) {
      return "is at another kind of operation: " + name(header.getInt(4)) + ", not " + name(kind);
    }
    if (header.getInt(12) != elements) {
      return "has " + header.getInt(12) + " elements where this rank has " + elements;
    }
    if (header.getInt(8) != step) {
      return "is at step " + header.getInt(8);
    }
    if (header.getLong(24) != bytes) {
      return "announces " + header.getLong(24) + " bytes where " + bytes + " are due";
    }
    return null;
  }

  private static String name(int kind) {
    switch (kind) {
      case SUM_FLOAT32:
        return "float32 sum";
      case SUM_FLOAT16:
        return "float16 sum";
      case GATHER:
        return "gathering";
      case BROADCAST:
        return "broadcast";
      default:
        return "unknown (" + kind + ")";
    }
  }
}
