package org.espalier.spark.collective;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Rings whose ranks are threads of this process. */
final class Rings {
  static final String LOOPBACK = "127.0.0.1";

  private Rings() {}

  /** What rank 0 is told instead of the true addresses. */
  interface Hearsay {
    List<String> of(List<String> addresses) throws Exception;
  }

  /** What a rank does with its ring. */
  interface Work<T> {
    T apply(RingAllReduce ring) throws Exception;
  }

  /** Lets all ranks of a ring work at the same time; returns what they returned, by rank. */
  static <T> List<T> run(int ranks, RingSettings settings, Work<T> work) throws Exception {
    List<RingAllReduce> rings = connect(ranks, settings, addresses -> addresses);
    try {
      return together(rings, work);
    } finally {
      rings.forEach(RingAllReduce::close);
    }
  }

  /** Connects a ring; rank 0 is told the addresses that a function makes of the true ones. */
  static List<RingAllReduce> connect(int ranks, RingSettings settings, Hearsay told)
      throws Exception {
    List<RingEndpoint> endpoints = new ArrayList<>();
    List<String> addresses = new ArrayList<>();
    for (int rank = 0; rank < ranks; rank++) {
      endpoints.add(RingEndpoint.open(LOOPBACK));
      addresses.add(endpoints.get(rank).address());
    }
    String token = RingEndpoint.newToken();
    List<Callable<RingAllReduce>> connects = new ArrayList<>();
    for (int rank = 0; rank < ranks; rank++) {
      int self = rank;
      List<String> known = rank == 0 ? told.of(addresses) : addresses;
      connects.add(() -> endpoints.get(self).connect(self, known, token, settings));
    }
    try {
      return atOnce(connects);
    } finally {
      endpoints.forEach(RingEndpoint::close);
    }
  }

  /** Lets connected ranks work at the same time; returns what they returned, by rank. */
  static <T> List<T> together(List<RingAllReduce> rings, Work<T> work) throws Exception {
    List<Callable<T>> calls = new ArrayList<>();
    for (RingAllReduce ring : rings) {
      calls.add(() -> work.apply(ring));
    }
    return atOnce(calls);
  }

  private static <T> List<T> atOnce(List<Callable<T>> calls) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(calls.size());
    try {
      List<T> results = new ArrayList<>();
      for (Future<T> result : threads.invokeAll(calls)) {
        results.add(result.get());
      }
      return results;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Exception) {
        throw (Exception) e.getCause();
      }
      throw e;
    } finally {
      threads.shutdownNow();
    }
  }

  /** Returns the exception that work ends with; none is a failure of the test. */
  static CollectiveException failure(Runnable work) {
    try {
      work.run();
    } catch (CollectiveException e) {
      return e;
    }
    throw new AssertionError("nothing was thrown");
  }

  /** Returns numbers as a ring wants them. */
  static ByteBuffer direct(float... values) {
    ByteBuffer bytes =
        ByteBuffer.allocateDirect(values.length * Float.BYTES).order(ByteOrder.nativeOrder());
    bytes.asFloatBuffer().put(values);
    return bytes;
  }

  /** Returns a buffer's numbers. */
  static float[] floats(ByteBuffer bytes) {
    float[] values = new float[bytes.remaining() / Float.BYTES];
    bytes.asFloatBuffer().get(values);
    return values;
  }
}
