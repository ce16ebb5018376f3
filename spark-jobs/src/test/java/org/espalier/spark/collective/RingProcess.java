package org.espalier.spark.collective;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/**
 * One rank in a process of its own, led line by line: it tells its address, is told the ring's
 * token and addresses, and then reduces when it is told to.
 *
 * <p>The command {@code sum FLOATS WIRE ROUNDS} answers with a line a round: nanoseconds, and the
 * hash of the result; an operation that fails, with its message.
 */
final class RingProcess {
  private static final String LOOPBACK = "127.0.0.1";

  private RingProcess() {}

  /** Runs the rank given, with the seconds to wait for others. */
  public static void main(String[] args) throws IOException {
    int rank = Integer.parseInt(args[0]);
    Duration timeout = Duration.ofSeconds(Long.parseLong(args[1]));
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    try (RingEndpoint endpoint = RingEndpoint.open(LOOPBACK)) {
      out.println(endpoint.address());
      String token = in.readLine();
      List<String> addresses = List.of(in.readLine().split(",", -1));
      RingSettings settings = RingSettings.defaults().withTimeout(timeout);
      String chunk = System.getProperty("chunk");
      if (chunk != null) {
        settings = settings.withChunkBytes(Integer.parseInt(chunk));
      }
      try (RingAllReduce ring = endpoint.connect(rank, addresses, token, settings)) {
        for (String line = in.readLine(); line != null; line = in.readLine()) {
          obey(ring, line.split(" ", -1), out);
        }
      } catch (CollectiveException e) {
        out.println(e.getMessage());
      }
    }
  }

  private static void obey(RingAllReduce ring, String[] words, PrintStream out) {
    int floats = Integer.parseInt(words[1]);
    Wire wire = Wire.valueOf(words[2]);
    int rounds = Integer.parseInt(words[3]);
    ByteBuffer bytes =
        ByteBuffer.allocateDirect(floats * Float.BYTES).order(ByteOrder.nativeOrder());
    for (int round = 0; round < rounds; round++) {
      fill(bytes.asFloatBuffer(), ring.rank());
      ring.dissenters(round);
      long start = System.nanoTime();
      ring.sum(bytes, wire);
      out.println(System.nanoTime() - start + " " + bytes.hashCode());
    }
  }

  /** Fills a buffer with a rank's numbers, which any process can work out. */
  static void fill(FloatBuffer values, int rank) {
    for (int i = 0; i < values.capacity(); i++) {
      values.put(i, (float) Math.sin(i * 0.1 + rank));
    }
  }
}
