package org.espalier.spark.collective;

import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Connects a rank to its two neighbours at the same time, in the caller's thread. */
final class Connector {

  /** Whoever waits for a connection to become ready. */
  interface Step {

    /** Goes on, now that the connection is ready. */
    void ready(SelectionKey key) throws IOException, StoppedException;
  }

  private final ServerSocketChannel server;
  private final int rank;
  private final Peer next;
  private final Peer previous;
  private final Handshake handshake;

  Connector(ServerSocketChannel server, int rank, Peer next, Peer previous, Handshake handshake) {
    this.server = server;
    this.rank = rank;
    this.next = next;
    this.previous = previous;
    this.handshake = handshake;
  }

  /** Returns the links once both neighbours have been found and have proved themselves. */
  Links connect(Duration timeout) throws IOException, StoppedException {
    Outgoing outgoing = null;
    Incoming incoming = null;
    boolean done = false;
    try (Selector selector = Selector.open()) {
      incoming = new Incoming(selector, server, rank, previous, handshake);
      outgoing = new Outgoing(selector, next, rank, handshake);
      waitFor(selector, outgoing, incoming, timeout);
      done = true;
    } finally {
      if (incoming != null) {
        incoming.dismissVisitors();
      }
      if (!done) {
        abandon(outgoing, incoming);
      }
    }
    return new Links(next, outgoing.channel(), previous, incoming.accepted());
  }

  private void waitFor(Selector selector, Outgoing outgoing, Incoming incoming, Duration timeout)
      throws IOException, StoppedException {
    long end = System.nanoTime() + timeout.toNanos();
    while (!outgoing.accepted() || incoming.accepted() == null) {
      long left = end - System.nanoTime();
      if (left <= 0) {
        throw late(outgoing, incoming, timeout);
      }
      selector.select(Math.max(1, TimeUnit.NANOSECONDS.toMillis(left)));
      if (Thread.currentThread().isInterrupted()) {
        throw new StoppedException("the thread was interrupted", null, null);
      }
      for (SelectionKey key : selector.selectedKeys()) {
        if (key.isValid()) {
          ((Step) key.attachment()).ready(key);
        }
      }
      selector.selectedKeys().clear();
    }
  }

  private StoppedException late(Outgoing outgoing, Incoming incoming, Duration timeout) {
    String seconds = " within " + timeout.toMillis() / 1000.0 + " s";
    if (incoming.accepted() == null) {
      return new StoppedException(
          previous + " did not connect" + seconds + incoming.refusals(), previous, null);
    }
    String lack = outgoing.channel().isConnected() ? " did not answer" : " cannot be reached";
    return new StoppedException(next + lack + seconds, next, null);
  }

  private static void abandon(Outgoing outgoing, Incoming incoming) {
    if (outgoing != null) {
      Closing.quietly(outgoing.channel());
    }
    if (incoming != null) {
      SocketChannel accepted = incoming.accepted();
      Closing.quietly(accepted);
    }
  }
}
