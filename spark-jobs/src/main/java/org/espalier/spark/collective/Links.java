package org.espalier.spark.collective;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;

/**
 * A rank's two connections: to the next rank, to which alone it sends, and from the previous one.
 *
 * <p>Neither blocks; {@link #await} waits for either. May be closed from any thread.
 */
final class Links implements AutoCloseable {
  private final Peer nextPeer;
  private final Peer previousPeer;
  private final SocketChannel next;
  private final SocketChannel previous;
  private final Selector selector;
  private final SelectionKey nextKey;
  private final SelectionKey previousKey;
  private final ByteBuffer probe = ByteBuffer.allocateDirect(1);

  Links(Peer nextPeer, SocketChannel next, Peer previousPeer, SocketChannel previous)
      throws IOException {
    this.nextPeer = nextPeer;
    this.next = next;
    this.previousPeer = previousPeer;
    this.previous = previous;
    this.selector = Selector.open();
    try {
      this.nextKey = next.register(selector, 0);
      this.previousKey = previous.register(selector, 0);
    } catch (IOException e) {
      selector.close();
      throw e;
    }
  }

  /** Returns the rank that is sent to. */
  Peer nextPeer() {
    return nextPeer;
  }

  /** Returns the rank that is received from. */
  Peer previousPeer() {
    return previousPeer;
  }

  /** Sends what the next rank takes now, the header first; returns the number of bytes. */
  long send(ByteBuffer header, ByteBuffer body) throws StoppedException {
    try {
      return header.hasRemaining() ? next.write(new ByteBuffer[] {header, body}) : next.write(body);
    } catch (IOException e) {
      throw gone(nextPeer, e);
    }
  }

  /** Receives what has come from the previous rank; returns the number of bytes. */
  int receive(ByteBuffer into) throws StoppedException {
    int count;
    try {
      count = previous.read(into);
    } catch (IOException e) {
      throw gone(previousPeer, e);
    }
    if (count < 0) {
      throw gone(previousPeer, null);
    }
    return count;
  }

  /**
   * Waits until something can be received, or sent, or a wanted connection ends, an interrupt
   * comes, or the time is over.
   *
   * @param receiving whether anything is to come
   * @param sending whether something is ready to go
   * @param unsent whether anything is still to go, now or later
   */
  void await(boolean receiving, boolean sending, boolean unsent, long millis)
      throws IOException, StoppedException {
    previousKey.interestOps(receiving ? SelectionKey.OP_READ : 0);
    // The next rank never speaks: what can be read from it is the end of the connection.
    nextKey.interestOps(
        (sending ? SelectionKey.OP_WRITE : 0) | (unsent ? SelectionKey.OP_READ : 0));
    selector.select(Math.max(1, millis));
    boolean spoken = selector.selectedKeys().contains(nextKey) && nextKey.isReadable();
    selector.selectedKeys().clear();
    if (spoken) {
      probeNext();
    }
  }

  private void probeNext() throws StoppedException {
    try {
      if (next.read(probe.clear()) == 0) {
        return;
      }
    } catch (IOException e) {
      throw gone(nextPeer, e);
    }
    throw gone(nextPeer, null);
  }

  private static StoppedException gone(Peer peer, IOException cause) {
    return new StoppedException(peer + " closed the connection", peer, cause);
  }

  @Override
  public void close() {
    Closing.quietly(selector);
    Closing.quietly(next);
    Closing.quietly(previous);
  }
}
