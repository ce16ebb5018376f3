package org.espalier.spark.collective;

import java.nio.ByteBuffer;

/** Bytes that are passed on as they are. */
final class BytePayload implements Payload {
  private final int kind;
  private final ByteBuffer out;
  private final ByteBuffer in;

  /** Makes a payload of a direct buffer's bytes from 0 to its capacity. */
  BytePayload(int kind, ByteBuffer bytes) {
    this.kind = kind;
    this.out = bytes.duplicate();
    this.in = bytes.duplicate();
  }

  @Override
  public int kind() {
    return kind;
  }

  @Override
  public int elementBytes() {
    return 1;
  }

  @Override
  public ByteBuffer outgoing(int step, int from, int to) {
    return out.limit(to).position(from);
  }

  @Override
  public ByteBuffer incoming(int step, int from, int to) {
    return in.limit(to).position(from);
  }

  @Override
  public void arrived(int step, int from, int to) {
    // They were received in their place.
  }
}
