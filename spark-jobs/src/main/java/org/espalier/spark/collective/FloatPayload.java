package org.espalier.spark.collective;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;

/** Float32 numbers that are summed in place and travel as they are, to and from their own place. */
final class FloatPayload implements Payload {
  private final Schedule schedule;
  private final Scratch scratch;
  private final ByteBuffer out;
  private final ByteBuffer in;
  private final FloatBuffer values;

  /** Makes a payload of a direct buffer's bytes from 0 to its capacity, in native order. */
  FloatPayload(Schedule schedule, Scratch scratch, ByteBuffer bytes) {
    this.schedule = schedule;
    this.scratch = scratch;
    this.out = bytes.duplicate();
    this.in = bytes.duplicate();
    this.values = bytes.duplicate().order(ByteOrder.nativeOrder()).asFloatBuffer();
  }

  @Override
  public int kind() {
    return Header.SUM_FLOAT32;
  }

  @Override
  public int elementBytes() {
    return Float.BYTES;
  }

  @Override
  public ByteBuffer outgoing(int step, int from, int to) {
    return out.limit(to * Float.BYTES).position(from * Float.BYTES);
  }

  @Override
  public ByteBuffer incoming(int step, int from, int to) {
    return schedule.adds(step)
        ? scratch.incoming((to - from) * Float.BYTES)
        : in.limit(to * Float.BYTES).position(from * Float.BYTES);
  }

  @Override
  public void arrived(int step, int from, int to) {
    if (schedule.adds(step)) {
      scratch.addFloats(values, from, to);
    }
  }
}
