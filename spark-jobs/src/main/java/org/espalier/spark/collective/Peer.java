package org.espalier.spark.collective;

import java.net.InetSocketAddress;

/** Another rank, and where it listens as {@code host:port}. */
record Peer(int rank, String address) {

  /** Resolves the address; an IPv6 host stands in brackets. */
  InetSocketAddress resolve() {
    int colon = address.lastIndexOf(':');
    String host = colon < 0 ? "" : address.substring(0, colon);
    if (host.isEmpty()) {
      throw new IllegalArgumentException(
          "Cannot connect: address of rank " + rank + " is not host:port (" + address + ")");
    }
    InetSocketAddress resolved = new InetSocketAddress(unbracketed(host), port(colon));
    if (resolved.isUnresolved()) {
      throw new IllegalArgumentException(
          "Cannot connect: host of rank " + rank + " is unknown (" + address + ")");
    }
    return resolved;
  }

  private int port(int colon) {
    try {
      int port = Integer.parseInt(address.substring(colon + 1));
      if (port > 0 && port <= 0xffff) {
        return port;
      }
    } catch (NumberFormatException e) {
      // Told below, as a port out of range is.
    }
    throw new IllegalArgumentException(
        "Cannot connect: port of rank " + rank + " is not in 1..65535 (" + address + ")");
  }

  private static String unbracketed(String host) {
    return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
  }

  @Override
  public String toString() {
    return "rank " + rank + " at " + address;
  }
}
