package org.espalier.spark.collective;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Waits for the previous rank to connect, and turns everyone else away.
 *
 * <p>Whoever connects may take its time: any number of visitors are heard at once, of which the
 * oldest is dismissed when there are too many.
 */
final class Incoming implements Connector.Step {
  /** Visitors that are heard at once. */
  private static final int MOST_VISITORS = 64;

  private final Selector selector;
  private final ServerSocketChannel server;
  private final int rank;
  private final Peer peer;
  private final Handshake handshake;
  private final Deque<Visitor> visitors = new ArrayDeque<>();
  private SocketChannel accepted;
  private int refused;
  private String lastRefusal;

  Incoming(Selector selector, ServerSocketChannel server, int rank, Peer peer, Handshake handshake)
      throws IOException {
    this.selector = selector;
    this.server = server;
    this.rank = rank;
    this.peer = peer;
    this.handshake = handshake;
    server.configureBlocking(false);
    server.register(selector, SelectionKey.OP_ACCEPT, this);
  }

  /** Returns the previous rank's connection, in non-blocking mode, or null if it has not come. */
  SocketChannel accepted() {
    return accepted;
  }

  /** Tells how many others were turned away, and why the last one. */
  String refusals() {
    return refused == 0
        ? ""
        : "; refused " + refused + " other connections, the last one " + lastRefusal;
  }

  /** Sends those away who have not been heard to the end. */
  void dismissVisitors() {
    visitors.forEach(visitor -> Closing.quietly(visitor.channel));
    visitors.clear();
  }

  @Override
  public void ready(SelectionKey key) throws IOException {
    SocketChannel channel = server.accept();
    if (channel == null) {
      return;
    }
    if (visitors.size() == MOST_VISITORS) {
      dismiss(visitors.getFirst(), "said nothing");
    }
    Visitor visitor = new Visitor(channel);
    visitors.add(visitor);
    try {
      channel.configureBlocking(false);
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      channel.register(selector, SelectionKey.OP_READ, visitor);
    } catch (IOException e) {
      dismiss(visitor, "was gone at once");
    }
  }

  private void dismiss(Visitor visitor, String why) {
    visitors.remove(visitor);
    Closing.quietly(visitor.channel);
    refused++;
    lastRefusal = why;
  }

  /** A connection that has not proved itself. */
  private final class Visitor implements Connector.Step {
    private final SocketChannel channel;
    private final ByteBuffer greeting = ByteBuffer.allocate(Handshake.GREETING_BYTES);

    Visitor(SocketChannel channel) {
      this.channel = channel;
    }

    @Override
    public void ready(SelectionKey key) {
      try {
        if (channel.read(greeting) < 0) {
          dismiss(this, "closed it again");
        } else if (!Handshake.beginsGreeting(greeting)) {
          dismiss(this, "spoke another protocol");
        } else if (!greeting.hasRemaining()) {
          answer(key);
        }
      } catch (IOException e) {
        dismiss(this, "broke off");
      }
    }

    private void answer(SelectionKey key) throws IOException {
      int verdict = handshake.judge(greeting.array(), peer.rank(), rank);
      // So few bytes fit into any new connection's buffer.
      ByteBuffer answer = ByteBuffer.wrap(handshake.answer(greeting.array(), verdict));
      channel.write(answer);
      if (answer.hasRemaining()) {
        dismiss(this, "took no answer");
      } else if (verdict != Handshake.ACCEPTED) {
        dismiss(this, Handshake.reason(verdict));
      } else {
        accepted = channel;
        visitors.remove(this);
        dismissVisitors();
        key.cancel();
        server.keyFor(selector).cancel();
      }
    }
  }
}
