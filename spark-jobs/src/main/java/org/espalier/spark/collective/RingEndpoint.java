package org.espalier.spark.collective;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;

/**
 * The place where a rank listens before its ring exists.
 *
 * <p>The ranks meet in three steps. Each opens an endpoint; they tell each other {@link #address}
 * by whatever means they have, for example a barrier's {@code allGather}; then all call {@link
 * #connect} with the same list and the same token. The endpoint listens no longer then.
 */
public final class RingEndpoint implements AutoCloseable {
  private static final int TOKEN_BYTES = 16;

  /** Connections that may wait before this rank begins to connect, strangers' among them. */
  private static final int BACKLOG = 1024;

  private final ServerSocketChannel server;
  private final String address;

  private RingEndpoint(ServerSocketChannel server, String address) {
    this.server = server;
    this.address = address;
  }

  /**
   * Listens on a free port.
   *
   * @param host this machine's name or address, as the other ranks reach it
   * @throws CollectiveException if the host is not this machine's, or no port is free
   */
  public static RingEndpoint open(String host) {
    InetSocketAddress wanted = new InetSocketAddress(host, 0);
    ServerSocketChannel server = null;
    try {
      if (wanted.isUnresolved()) {
        throw new IOException("unknown host");
      }
      server = ServerSocketChannel.open().bind(wanted, BACKLOG);
      int port = ((InetSocketAddress) server.getLocalAddress()).getPort();
      String name = host.contains(":") && !host.startsWith("[") ? "[" + host + "]" : host;
      return new RingEndpoint(server, name + ":" + port);
    } catch (IOException e) {
      Closing.quietly(server);
      String message = "Cannot listen: no port on " + host + " (" + e.getMessage() + ")";
      throw new CollectiveException(message, -1, -1, e);
    }
  }

  /** Returns a new random token, in hexadecimal digits; one serves all ranks of one ring. */
  public static String newToken() {
    byte[] bytes = new byte[TOKEN_BYTES];
    new SecureRandom().nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  /** Returns where this rank listens, as {@code host:port}. */
  public String address() {
    return address;
  }

  /**
   * Connects to the next rank and waits for the previous one. Whoever else connects is turned away
   * and changes nothing. With a single rank there is nobody to connect to.
   *
   * @param rank this rank, from 0
   * @param addresses where the ranks listen, rank by rank
   * @param token the ring's token, the same on all ranks
   * @throws CollectiveException if a neighbour cannot be reached, refuses, or does not come within
   *     the time to connect, or the thread is interrupted (it stays so)
   */
  public RingAllReduce connect(
      int rank, List<String> addresses, String token, RingSettings settings) {
    int ranks = addresses.size();
    if (rank < 0 || rank >= ranks) {
      throw new IllegalArgumentException(
          "Cannot connect: rank must be in 0.." + (ranks - 1) + " (" + rank + ")");
    }
    if (token.isEmpty()) {
      throw new IllegalArgumentException("Cannot connect: token is empty");
    }
    if (!server.isOpen()) {
      throw new IllegalStateException("Cannot connect: the endpoint is closed (" + address + ")");
    }
    if (ranks == 1) {
      close();
      return new RingAllReduce(0, 1, null, settings);
    }
    Peer next = peer(addresses, (rank + 1) % ranks);
    Peer previous = peer(addresses, (rank + ranks - 1) % ranks);
    Connector connector = new Connector(server, rank, next, previous, new Handshake(token, ranks));
    try {
      Links links = connector.connect(settings.connectTimeout());
      return new RingAllReduce(rank, ranks, links, settings);
    } catch (StoppedException e) {
      int blamed = e.peer() == null ? -1 : e.peer().rank();
      throw new CollectiveException("Cannot connect: " + e.getMessage(), rank, blamed, e);
    } catch (IOException e) {
      throw new CollectiveException("Cannot connect: " + e, rank, -1, e);
    } finally {
      // Whoever still waits for an answer is to learn at once that none will come.
      close();
    }
  }

  private static Peer peer(List<String> addresses, int rank) {
    return new Peer(rank, addresses.get(rank));
  }

  @Override
  public void close() {
    Closing.quietly(server);
  }
}
