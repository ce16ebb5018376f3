package org.espalier.spark.collective;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.ShortBuffer;

/**
 * Room for what travels and for what is computed with, shared by all operations of a ring.
 *
 * <p>Arithmetic takes small blocks through arrays, for the compiler vectorises loops over arrays
 * and not those over direct buffers; a block of each operand stays in the first-level cache.
 */
final class Scratch {
  /** Numbers in a block: 8 KiB an operand. */
  private static final int BLOCK = 2048;

  private final ByteBuffer outgoing;
  private final ByteBuffer incoming;
  private final FloatBuffer incomingFloats;
  private final ShortBuffer incomingHalves;
  private final ShortBuffer outgoingHalves;
  private final float[] mine = new float[BLOCK];
  private final float[] theirs = new float[BLOCK];
  private final short[] halves = new short[BLOCK];

  Scratch(int chunkBytes) {
    outgoing = ByteBuffer.allocateDirect(chunkBytes).order(ByteOrder.nativeOrder());
    incoming = ByteBuffer.allocateDirect(chunkBytes).order(ByteOrder.nativeOrder());
    incomingFloats = incoming.asFloatBuffer();
    incomingHalves = incoming.asShortBuffer();
    outgoingHalves = outgoing.asShortBuffer();
  }

  /** Returns the room for that many bytes that are received. */
  ByteBuffer incoming(int bytes) {
    return incoming.limit(bytes).position(0);
  }

  /** Returns that many bytes that are sent. */
  ByteBuffer outgoing(int bytes) {
    return outgoing.limit(bytes).position(0);
  }

  /** Adds the float32 numbers that were received to those of a buffer. */
  void addFloats(FloatBuffer values, int from, int to) {
    for (int start = from; start < to; start += BLOCK) {
      int count = Math.min(BLOCK, to - start);
      incomingFloats.get(start - from, theirs, 0, count);
      add(values, start, count);
    }
  }

  /** Adds the halves that were received to the numbers of a buffer. */
  void addHalves(FloatBuffer values, int from, int to) {
    for (int start = from; start < to; start += BLOCK) {
      int count = Math.min(BLOCK, to - start);
      decode(start - from, count);
      add(values, start, count);
    }
  }

  /** Puts the halves that were received into a buffer. */
  void storeHalves(FloatBuffer values, int from, int to) {
    for (int start = from; start < to; start += BLOCK) {
      int count = Math.min(BLOCK, to - start);
      decode(start - from, count);
      values.put(start, theirs, 0, count);
    }
  }

  /** Rounds numbers of a buffer into the halves that are sent; the buffer keeps its own. */
  void encodeHalves(FloatBuffer values, int from, int to) {
    for (int start = from; start < to; start += BLOCK) {
      int count = Math.min(BLOCK, to - start);
      values.get(start, mine, 0, count);
      for (int i = 0; i < count; i++) {
        halves[i] = HalfFloat.encode(mine[i]);
      }
      outgoingHalves.put(start - from, halves, 0, count);
    }
  }

  /** Puts the halves that are sent into a buffer, so that it holds what the others will. */
  void keepRounded(FloatBuffer values, int from, int to) {
    for (int start = from; start < to; start += BLOCK) {
      int count = Math.min(BLOCK, to - start);
      outgoingHalves.get(start - from, halves, 0, count);
      decode(count);
      values.put(start, theirs, 0, count);
    }
  }

  private void decode(int offset, int count) {
    incomingHalves.get(offset, halves, 0, count);
    decode(count);
  }

  private void decode(int count) {
    for (int i = 0; i < count; i++) {
      theirs[i] = HalfFloat.decode(halves[i]);
    }
  }

  private void add(FloatBuffer values, int start, int count) {
    values.get(start, mine, 0, count);
    for (int i = 0; i < count; i++) {
      mine[i] += theirs[i];
    }
    values.put(start, mine, 0, count);
  }
}
