package org.espalier.spark.collective;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedSelectorException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A ring of ranks that reduce together: sums, a check of replicas, and a broadcast.
 *
 * <p>All ranks call the same operations in the same order with the same sizes; each message says
 * which operation it belongs to, and a rank that took another way is found out. An operation of P
 * bytes among N ranks sends 2 (N - 1) / N P bytes from every rank, in both directions of the ring's
 * connections at once.
 *
 * <p>Results are bitwise equal on all ranks, and the same in every run with as many ranks: segment
 * c of N is summed as x[c] + x[c+1] + ... + x[c-1], from the left.
 *
 * <p>An operation that fails throws {@link CollectiveException} and closes the ring, so that the
 * neighbours fail at once and the others after them. No operation goes on for longer than the
 * transfer timeout without a byte sent or received. An interrupt ends an operation too; the thread
 * stays interrupted. One thread at a time may call operations; {@link #close} may be called from
 * any.
 */
public final class RingAllReduce implements AutoCloseable {
  private final int rank;
  private final int ranks;
  private final Links links;
  private final RingSettings settings;
  private final Scratch scratch;
  private final AtomicBoolean busy = new AtomicBoolean();
  private volatile boolean closed;
  private String failure;
  private long operation;

  /** Makes a ring of links; a single rank has none. */
  RingAllReduce(int rank, int ranks, Links links, RingSettings settings) {
    this.rank = rank;
    this.ranks = ranks;
    this.links = links;
    this.settings = settings;
    this.scratch = new Scratch(settings.chunkBytes());
  }

  /** Returns this rank, from 0. */
  public int rank() {
    return rank;
  }

  /** Returns the number of ranks. */
  public int ranks() {
    return ranks;
  }

  /**
   * Replaces float32 numbers by their sums over all ranks, and sends them as they are.
   *
   * @param values a direct buffer in native byte order; the bytes between position and limit are
   *     numbers, as many on all ranks, none allowed. Position and limit stay
   */
  public void sum(ByteBuffer values) {
    sum(values, Wire.FLOAT32);
  }

  /**
   * Replaces float32 numbers by their sums over all ranks.
   *
   * @param values a direct buffer in native byte order; the bytes between position and limit are
   *     numbers, as many on all ranks, none allowed. Position and limit stay
   * @param wire how the numbers travel; a single rank rounds nothing
   */
  public void sum(ByteBuffer values, Wire wire) {
    requireNumbers(values);
    ByteBuffer bytes = values.slice();
    Schedule schedule = Schedule.sum(rank, ranks, bytes.capacity() / Float.BYTES);
    Payload payload =
        wire == Wire.FLOAT16
            ? new HalfPayload(schedule, scratch, bytes)
            : new FloatPayload(schedule, scratch, bytes);
    run("reduce", schedule, payload);
  }

  /**
   * Returns the sums of a few numbers over all ranks, taken in the order of the ranks.
   *
   * @param values as many on all ranks
   */
  public double[] sum(double[] values) {
    ByteBuffer bytes = direct(Math.multiplyExact(values.length * ranks, Double.BYTES));
    bytes.asDoubleBuffer().put(rank * values.length, values);
    gather("reduce", bytes);
    double[] sums = new double[values.length];
    for (int from = 0; from < ranks; from++) {
      for (int i = 0; i < sums.length; i++) {
        sums[i] += bytes.getDouble((from * sums.length + i) * Double.BYTES);
      }
    }
    return sums;
  }

  /**
   * Returns the ranks whose hash differs from that of the most ranks, in ascending order; none if
   * all agree. Where two hashes are equally frequent, the one that the lowest rank has counts.
   */
  public List<Integer> dissenters(long hash) {
    ByteBuffer bytes = direct(ranks * Long.BYTES);
    bytes.putLong(rank * Long.BYTES, hash);
    gather("compare", bytes);
    Map<Long, Integer> votes = new HashMap<>();
    for (int from = 0; from < ranks; from++) {
      votes.merge(bytes.getLong(from * Long.BYTES), 1, Integer::sum);
    }
    long common = bytes.getLong(0);
    for (int from = 1; from < ranks; from++) {
      long candidate = bytes.getLong(from * Long.BYTES);
      common = votes.get(candidate) > votes.get(common) ? candidate : common;
    }
    List<Integer> dissenters = new ArrayList<>();
    for (int from = 0; from < ranks; from++) {
      if (bytes.getLong(from * Long.BYTES) != common) {
        dissenters.add(from);
      }
    }
    return dissenters;
  }

  /**
   * Returns rank 0's bytes on every rank.
   *
   * @param bytes what is sent; looked at on rank 0 alone, null elsewhere
   */
  public byte[] broadcast(byte[] bytes) {
    ByteBuffer length = direct(Integer.BYTES);
    if (rank == 0) {
      length.putInt(0, bytes.length);
    }
    pass(length);
    ByteBuffer content = direct(length.getInt(0));
    if (rank == 0) {
      content.put(0, bytes);
    }
    pass(content);
    byte[] received = new byte[content.capacity()];
    content.get(0, received);
    return received;
  }

  private void gather(String verb, ByteBuffer bytes) {
    // Segments end where the ranks' shares do, for all shares are of one length.
    Schedule schedule = Schedule.gather(rank, ranks, bytes.capacity());
    run(verb, schedule, new BytePayload(Header.GATHER, bytes));
  }

  private void pass(ByteBuffer bytes) {
    Schedule schedule = Schedule.broadcast(rank, ranks, bytes.capacity());
    run("broadcast", schedule, new BytePayload(Header.BROADCAST, bytes));
  }

  private void run(String verb, Schedule schedule, Payload payload) {
    if (!busy.compareAndSet(false, true)) {
      throw new IllegalStateException("Cannot " + verb + ": another operation is under way");
    }
    try {
      if (failure != null) {
        throw new CollectiveException(
            "Cannot " + verb + ": the ring failed before (" + failure + ")", rank, -1, null);
      }
      if (closed) {
        throw new CollectiveException("Cannot " + verb + ": the ring is closed", rank, -1, null);
      }
      operation++;
      if (ranks > 1) {
        exchange(verb, new Exchange(links, schedule, payload, operation, settings));
      }
    } finally {
      busy.set(false);
    }
  }

  private void exchange(String verb, Exchange exchange) {
    boolean done = false;
    try {
      exchange.run();
      done = true;
    } catch (StoppedException e) {
      int peer = e.peer() == null ? -1 : e.peer().rank();
      throw failed(verb, closed ? "the ring was closed" : e.getMessage(), exchange, peer, e);
    } catch (IOException | ClosedSelectorException | CancelledKeyException e) {
      throw failed(verb, closed ? "the ring was closed" : e.toString(), exchange, -1, e);
    } finally {
      if (!done) {
        links.close();
      }
    }
  }

  private CollectiveException failed(
      String verb, String reason, Exchange exchange, int peer, Exception cause) {
    String message = "Cannot " + verb + ": " + reason + " (" + exchange.progress() + ")";
    failure = message;
    return new CollectiveException(message, rank, peer, cause);
  }

  private static ByteBuffer direct(int bytes) {
    return ByteBuffer.allocateDirect(bytes);
  }

  private static void requireNumbers(ByteBuffer values) {
    if (!values.isDirect()) {
      throw new IllegalArgumentException("Cannot reduce: buffer is not direct (" + values + ")");
    }
    if (values.isReadOnly()) {
      throw new IllegalArgumentException("Cannot reduce: buffer is read-only (" + values + ")");
    }
    if (values.order() != ByteOrder.nativeOrder()) {
      throw new IllegalArgumentException(
          "Cannot reduce: buffer is not in native byte order (" + values.order() + ")");
    }
    if (values.remaining() % Float.BYTES != 0) {
      throw new IllegalArgumentException(
          "Cannot reduce: bytes are no whole number of floats (" + values.remaining() + ")");
    }
  }

  @Override
  public void close() {
    closed = true;
    if (links != null) {
      links.close();
    }
  }
}
