package org.espalier.spark.collective;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;

/**
 * Float32 numbers that are summed in place and travel as halves.
 *
 * <p>The rank that completes a segment keeps what the others will decode, not its own exact sum;
 * what has been rounded once is passed on unchanged.
 */
final class HalfPayload implements Payload {
  private final Schedule schedule;
  private final Scratch scratch;
  private final FloatBuffer values;

  /** Makes a payload of a direct buffer's bytes from 0 to its capacity, in native order. */
  HalfPayload(Schedule schedule, Scratch scratch, ByteBuffer bytes) {
    this.schedule = schedule;
    this.scratch = scratch;
    this.values = bytes.duplicate().order(ByteOrder.nativeOrder()).asFloatBuffer();
  }

  @Override
  public int kind() {
    return Header.SUM_FLOAT16;
  }

  @Override
  public int elementBytes() {
    return Short.BYTES;
  }

  @Override
  public ByteBuffer outgoing(int step, int from, int to) {
    scratch.encodeHalves(values, from, to);
    if (schedule.sendsOwnSum(step)) {
      scratch.keepRounded(values, from, to);
    }
    return scratch.outgoing((to - from) * Short.BYTES);
  }

  @Override
  public ByteBuffer incoming(int step, int from, int to) {
    return scratch.incoming((to - from) * Short.BYTES);
  }

  @Override
  public void arrived(int step, int from, int to) {
    if (schedule.adds(step)) {
      scratch.addHalves(values, from, to);
    } else {
      scratch.storeHalves(values, from, to);
    }
  }
}
