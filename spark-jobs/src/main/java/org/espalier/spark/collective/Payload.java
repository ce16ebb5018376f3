package org.espalier.spark.collective;

import java.nio.ByteBuffer;

/**
 * The elements of one operation: how they look on the wire, and what becomes of those that arrive.
 *
 * <p>Buffers that are handed out are used until the next call of the same method, no longer.
 */
interface Payload {

  /** Returns the number that tells this kind of operation from others. */
  int kind();

  /** Returns the bytes on the wire of one element. */
  int elementBytes();

  /** Returns the bytes on the wire of the elements from one up to another, in a step. */
  ByteBuffer outgoing(int step, int from, int to);

  /** Returns the room for the bytes of the elements from one up to another, in a step. */
  ByteBuffer incoming(int step, int from, int to);

  /** Takes over what has come for the elements from one up to another, in a step. */
  void arrived(int step, int from, int to);
}
