package org.espalier.spark.collective;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;

/** The connection to the next rank while it is being made: connect, greet, read the answer. */
final class Outgoing implements Connector.Step {
  private final SocketChannel channel;
  private final Peer peer;
  private final Handshake handshake;
  private final byte[] greeting;
  private final ByteBuffer unsaid;
  private final ByteBuffer answer = ByteBuffer.allocate(Handshake.ANSWER_BYTES);
  private boolean accepted;

  Outgoing(Selector selector, Peer peer, int rank, Handshake handshake) throws StoppedException {
    this.peer = peer;
    this.handshake = handshake;
    this.greeting = handshake.greeting(rank, peer.rank());
    this.unsaid = ByteBuffer.wrap(greeting);
    try {
      this.channel = SocketChannel.open();
    } catch (IOException e) {
      throw failed("cannot be reached", e);
    }
    try {
      channel.configureBlocking(false);
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      boolean connected = channel.connect(peer.resolve());
      channel.register(selector, connected ? SelectionKey.OP_WRITE : SelectionKey.OP_CONNECT, this);
    } catch (IOException e) {
      Closing.quietly(channel);
      throw failed("cannot be reached", e);
    } catch (RuntimeException e) {
      Closing.quietly(channel);
      throw e;
    }
  }

  /** Returns the connection, in non-blocking mode. */
  SocketChannel channel() {
    return channel;
  }

  /** Tells whether the next rank has accepted this one. */
  boolean accepted() {
    return accepted;
  }

  @Override
  public void ready(SelectionKey key) throws StoppedException {
    boolean connected = channel.isConnected();
    try {
      if (key.isConnectable() && channel.finishConnect()) {
        connected = true;
        key.interestOps(SelectionKey.OP_WRITE);
      } else if (key.isWritable()) {
        channel.write(unsaid);
        key.interestOps(unsaid.hasRemaining() ? SelectionKey.OP_WRITE : SelectionKey.OP_READ);
      } else if (key.isReadable()) {
        read(key);
      }
    } catch (IOException e) {
      throw failed(connected ? "closed the connection" : "cannot be reached", e);
    }
  }

  private void read(SelectionKey key) throws IOException, StoppedException {
    if (channel.read(answer) < 0) {
      throw failed("closed the connection without an answer", null);
    }
    if (!answer.hasRemaining()) {
      String refusal = handshake.refusal(greeting, answer.array());
      if (refusal != null) {
        throw failed("refused the connection: it " + refusal, null);
      }
      accepted = true;
      key.cancel();
    }
  }

  private StoppedException failed(String what, IOException cause) {
    String detail =
        cause == null || cause.getMessage() == null ? "" : " (" + cause.getMessage() + ")";
    return new StoppedException(peer + " " + what + detail, peer, cause);
  }
}
