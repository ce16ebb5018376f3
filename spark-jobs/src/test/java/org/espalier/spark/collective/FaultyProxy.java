package org.espalier.spark.collective;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;

/**
 * Stands between a rank and the next one, and harms what the rank sends once a number of bytes
 * after the greeting have passed. What the next rank answers passes unharmed.
 */
public final class FaultyProxy implements AutoCloseable {
  private static final int BUFFER = 4096;

  /** What happens to the bytes from the harmed one on. */
  public enum Fault {
    /** As many bytes as a header and one number have are missing; the rest passes. */
    DROP,
    /** Nothing passes any more, while the connection stays. */
    STALL,
    /** One bit of one byte is changed. */
    CORRUPT,
    /** The connection ends. */
    CLOSE
  }

  private final ServerSocket server;
  private final String target;
  private final Fault fault;
  private final long harmedByte;
  private final List<Closeable> resources = new ArrayList<>();

  /**
   * Starts one.
   *
   * @param target the next rank's address
   * @param harmedByte which byte after the greeting is the first that is harmed
   */
  public FaultyProxy(String target, Fault fault, long harmedByte) throws IOException {
    this.server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    this.target = target;
    this.fault = fault;
    this.harmedByte = Handshake.GREETING_BYTES + harmedByte;
    resources.add(server);
    start(this::serve);
  }

  /** Returns where the rank finds it in place of the next one. */
  public String address() {
    return Rings.LOOPBACK + ":" + server.getLocalPort();
  }

  private interface Transfer {
    void run() throws IOException;
  }

  private static void start(Transfer transfer) {
    Thread thread =
        new Thread(
            () -> {
              try {
                transfer.run();
              } catch (IOException e) {
                // One of the ends is gone, as the test wants it.
              }
            });
    thread.setDaemon(true);
    thread.start();
  }

  private void serve() throws IOException {
    Socket source = keep(server.accept());
    int port = Integer.parseInt(target.substring(target.lastIndexOf(':') + 1));
    Socket sink = keep(new Socket(InetAddress.getLoopbackAddress(), port));
    start(() -> pass(sink.getInputStream(), source.getOutputStream()));
    harm(source, sink);
  }

  private synchronized Socket keep(Socket socket) {
    resources.add(socket);
    return socket;
  }

  private static void pass(InputStream in, OutputStream out) throws IOException {
    byte[] bytes = new byte[BUFFER];
    for (int count = in.read(bytes); count >= 0; count = in.read(bytes)) {
      out.write(bytes, 0, count);
    }
  }

  private void harm(Socket source, Socket sink) throws IOException {
    InputStream in = source.getInputStream();
    OutputStream out = sink.getOutputStream();
    byte[] bytes = new byte[BUFFER];
    long passed = 0;
    while (passed < harmedByte) {
      int count = in.read(bytes, 0, (int) Math.min(BUFFER, harmedByte - passed));
      if (count < 0) {
        break;
      }
      out.write(bytes, 0, count);
      passed += count;
    }
    switch (fault) {
      case DROP:
        in.readNBytes(Header.BYTES + Float.BYTES);
        pass(in, out);
        break;
      case CORRUPT:
        out.write(in.read() ^ 1);
        pass(in, out);
        break;
      case CLOSE:
        source.close();
        sink.close();
        break;
      case STALL:
        // The connections stay open and silent until the test closes the proxy.
        break;
    }
  }

  @Override
  public synchronized void close() throws IOException {
    for (Closeable resource : resources) {
      resource.close();
    }
  }
}
