package org.espalier.data.fetch;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A local HTTP server that can be told to misbehave. */
final class FileServer implements AutoCloseable {
  private final HttpServer server;
  private final Map<String, byte[]> files;
  private final List<String> requests = Collections.synchronizedList(new ArrayList<>());

  /** What to do with the next requests: bytes to send before the cut, or minus a status. */
  final Deque<Integer> mishaps = new ArrayDeque<>();

  boolean ranges = true;

  FileServer(Map<String, byte[]> files) throws IOException {
    this.files = files;
    this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::handle);
    server.start();
  }

  URI address(String file) {
    return URI.create("http://localhost:" + server.getAddress().getPort() + "/" + file);
  }

  /** Returns the Range header of each request so far, "all" where there was none. */
  List<String> requests() {
    return List.copyOf(requests);
  }

  private void handle(HttpExchange exchange) throws IOException {
    String range = exchange.getRequestHeaders().getFirst("Range");
    requests.add(Optional.ofNullable(range).orElse("all"));
    byte[] bytes = files.get(exchange.getRequestURI().getPath().substring(1));
    int mishap = mishaps.isEmpty() ? Integer.MAX_VALUE : mishaps.poll();
    try (exchange) {
      if (bytes == null) {
        exchange.sendResponseHeaders(404, -1);
      } else if (mishap < 0) {
        exchange.sendResponseHeaders(-mishap, -1);
      } else {
        send(exchange, bytes, range, mishap);
      }
    }
  }

  private void send(HttpExchange exchange, byte[] bytes, String range, int limit)
      throws IOException {
    int from = 0;
    int status = 200;
    if (range != null && ranges) {
      from = Integer.parseInt(range.substring("bytes=".length(), range.length() - 1));
      status = from < bytes.length ? 206 : 416;
      String part = from < bytes.length ? from + "-" + (bytes.length - 1) : "*";
      exchange.getResponseHeaders().set("Content-Range", "bytes " + part + "/" + bytes.length);
    }
    if (status == 416) {
      exchange.sendResponseHeaders(status, -1);
      return;
    }
    exchange.sendResponseHeaders(status, bytes.length - from);
    OutputStream out = exchange.getResponseBody();
    out.write(bytes, from, Math.min(limit, bytes.length - from));
    out.flush();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
