package org.espalier.spark.collective;

import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/**
 * Measures the sum of float32 numbers between processes of this machine, over loopback.
 *
 * <p>Payload speed is a rank's bytes over the wall time; bus speed is what goes over one connection
 * in that time, 2 (N - 1) / N of it (half of that with halves). Arguments, all optional: numbers,
 * processes, rounds, form on the wire (FLOAT32 or FLOAT16); options of the processes' JVM after
 * these, among them {@code -Dchunk=BYTES}, the portion in which a rank works.
 */
final class RingBenchmark {
  private RingBenchmark() {}

  /** Runs the benchmark and prints the best and the median round. */
  public static void main(String[] args) throws IOException {
    int floats = args.length > 0 ? Integer.parseInt(args[0]) : 25_000_000;
    int ranks = args.length > 1 ? Integer.parseInt(args[1]) : 2;
    int rounds = args.length > 2 ? Integer.parseInt(args[2]) : 30;
    Wire wire = args.length > 3 ? Wire.valueOf(args[3]) : Wire.FLOAT32;
    List<String> options = List.of(args).subList(Math.min(4, args.length), args.length);
    long[] nanos = new long[rounds];
    try (RingProcesses ring = new RingProcesses(ranks, Duration.ofMinutes(1), options)) {
      ring.tell("sum " + floats + " " + wire + " " + rounds);
      for (int round = 0; round < rounds; round++) {
        nanos[round] = Long.parseLong(ring.hear(0).split(" ", -1)[0]);
      }
    }
    Arrays.sort(nanos);
    double payload = floats * (double) Float.BYTES;
    double bus = 2 * (ranks - 1.0) / ranks * (wire == Wire.FLOAT16 ? 0.5 : 1);
    print("best", payload, bus, nanos[0]);
    print("median", payload, bus, nanos[rounds / 2]);
  }

  private static void print(String name, double payload, double bus, long nanos) {
    System.out.printf(
        "%-6s %7.1f ms, payload %.2f GB/s, bus %.2f GB/s%n",
        name, nanos / 1e6, payload / nanos, bus * payload / nanos);
  }
}
