package org.espalier.spark.collective;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * One operation of one rank: sends and receives the segments of a schedule at the same time, in the
 * caller's thread.
 *
 * <p>A segment is worked on in chunks; a chunk is sent on as soon as it has arrived and been added,
 * while the rest of its segment is still coming.
 */
final class Exchange {
  private static final ByteBuffer NOTHING = ByteBuffer.allocateDirect(0);

  private final Links links;
  private final Schedule schedule;
  private final Payload payload;
  private final long operation;
  private final Duration timeout;
  private final int chunk;

  private final ByteBuffer headerOut = ByteBuffer.allocateDirect(Header.BYTES);
  private ByteBuffer out = NOTHING;
  private int sendStep;
  private int sendAt;

  private final ByteBuffer headerIn = ByteBuffer.allocateDirect(Header.BYTES);
  private ByteBuffer in = NOTHING;
  private int receiveStep;
  private int receiveAt;
  private int receiveTo;

  Exchange(Links links, Schedule schedule, Payload payload, long operation, RingSettings settings) {
    this.links = links;
    this.schedule = schedule;
    this.payload = payload;
    this.operation = operation;
    this.timeout = settings.transferTimeout();
    this.chunk = settings.chunkBytes() / payload.elementBytes();
  }

  /** Runs the operation to its end. */
  void run() throws IOException, StoppedException {
    beginSending();
    beginReceiving();
    long patience = timeout.toNanos();
    long moved = System.nanoTime();
    while (sending() || receiving()) {
      boolean sent = sending() && send();
      boolean received = receiving() && receive();
      if (sent || received) {
        moved = System.nanoTime();
      } else {
        long left = patience - (System.nanoTime() - moved);
        if (left <= 0) {
          throw new StoppedException(silence(), slowPeer(), null);
        }
        boolean ready = headerOut.hasRemaining() || out.hasRemaining();
        links.await(receiving(), ready, sending(), TimeUnit.NANOSECONDS.toMillis(left));
      }
      if (Thread.currentThread().isInterrupted()) {
        throw new StoppedException("the thread was interrupted", null, null);
      }
    }
  }

  /** Tells how far the operation has come. */
  String progress() {
    return "operation "
        + operation
        + ", step "
        + (Math.min(sendStep, receiveStep) + 1)
        + " of "
        + Math.max(schedule.sends(), schedule.receives());
  }

  private boolean sending() {
    return sendStep < schedule.sends();
  }

  private boolean receiving() {
    return receiveStep < schedule.receives();
  }

  private void beginSending() {
    if (sending()) {
      sendAt = schedule.sendFrom(sendStep);
      long bytes = (long) (schedule.sendTo(sendStep) - sendAt) * payload.elementBytes();
      Header.write(headerOut, payload.kind(), operation, sendStep, schedule.elements(), bytes);
    }
  }

  private boolean send() throws StoppedException {
    if (!out.hasRemaining()) {
      int to = Math.min(sendable(), sendAt + Math.min(chunk, schedule.elements() - sendAt));
      if (to > sendAt) {
        out = payload.outgoing(sendStep, sendAt, to);
        sendAt = to;
      }
    }
    if (!headerOut.hasRemaining() && !out.hasRemaining()) {
      return false;
    }
    long count = links.send(headerOut, out);
    if (segmentSent()) {
      sendStep++;
      beginSending();
      return true;
    }
    return count > 0;
  }

  private boolean segmentSent() {
    return sendAt == schedule.sendTo(sendStep) && !out.hasRemaining() && !headerOut.hasRemaining();
  }

  /** Returns the element up to which the present segment has what is to be sent. */
  private int sendable() {
    int source = schedule.source(sendStep);
    if (source < receiveStep) {
      return schedule.sendTo(sendStep);
    }
    return source == receiveStep ? receiveAt : sendAt;
  }

  private void beginReceiving() {
    headerIn.clear();
    if (receiving()) {
      receiveAt = schedule.receiveFrom(receiveStep);
      receiveTo = receiveAt;
      in = NOTHING;
    }
  }

  private boolean receive() throws StoppedException {
    if (headerIn.hasRemaining()) {
      return receiveHeader();
    }
    int count = links.receive(in);
    if (!in.hasRemaining()) {
      payload.arrived(receiveStep, receiveAt, receiveTo);
      receiveAt = receiveTo;
      nextChunk();
    }
    return count > 0;
  }

  private boolean receiveHeader() throws StoppedException {
    int count = links.receive(headerIn);
    if (!headerIn.hasRemaining()) {
      int elements = schedule.receiveTo(receiveStep) - receiveAt;
      long bytes = (long) elements * payload.elementBytes();
      String wrong =
          Header.check(
              headerIn, payload.kind(), operation, receiveStep, schedule.elements(), bytes);
      if (wrong != null) {
        throw new StoppedException(
            links.previousPeer() + " " + wrong + "; the ranks diverged or bytes were lost",
            links.previousPeer(),
            null);
      }
      nextChunk();
    }
    return count > 0;
  }

  private void nextChunk() {
    int left = schedule.receiveTo(receiveStep) - receiveAt;
    if (left == 0) {
      receiveStep++;
      beginReceiving();
    } else {
      receiveTo = receiveAt + Math.min(chunk, left);
      in = payload.incoming(receiveStep, receiveAt, receiveTo);
    }
  }

  private Peer slowPeer() {
    return receiving() ? links.previousPeer() : links.nextPeer();
  }

  private String silence() {
    return slowPeer()
        + (receiving() ? " sent" : " took")
        + " nothing for "
        + timeout.toMillis() / 1000.0
        + " s";
  }
}
