package org.espalier.spark.training;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.espalier.nn.fused.Precision;
import org.espalier.spark.collective.RingAllReduce;
import org.espalier.spark.collective.RingEndpoint;
import org.espalier.spark.collective.RingSettings;
import org.espalier.spark.collective.Wire;
import org.espalier.zoo.ImageNetResNet;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;

/**
 * Measures steps of two ranks on loopback, whose gradients travel while others are computed, or
 * only when all are, by turns.
 *
 * <p>Ranks are threads of this process that compute on one core each. Arguments, all optional: MB/s
 * of each connection (0 for as fast as it goes), KiB of a bucket, images a rank, pixels of an
 * image's side, steps of each kind, form on the wire, depth of the ImageNet ResNet.
 */
final class OverlapBenchmark {
  private static final int RANKS = 2;
  private static final int WARM_UP = 2;

  private OverlapBenchmark() {}

  /** Runs the benchmark and prints the medians. */
  public static void main(String[] args) throws Exception {
    double megabytes = args.length > 0 ? Double.parseDouble(args[0]) : 125;
    int bucketBytes = (args.length > 1 ? Integer.parseInt(args[1]) : 1024) << 10;
    int images = args.length > 2 ? Integer.parseInt(args[2]) : 16;
    int side = args.length > 3 ? Integer.parseInt(args[3]) : 64;
    int steps = args.length > 4 ? Integer.parseInt(args[4]) : 10;
    Wire wire = args.length > 5 ? Wire.valueOf(args[5]) : Wire.FLOAT32;
    int depth = args.length > 6 ? Integer.parseInt(args[6]) : 50;
    List<RingEndpoint> endpoints = new ArrayList<>();
    for (int rank = 0; rank < RANKS; rank++) {
      endpoints.add(RingEndpoint.open("127.0.0.1"));
    }
    List<String> addresses = new ArrayList<>();
    for (RingEndpoint endpoint : endpoints) {
      addresses.add(megabytes == 0 ? endpoint.address() : slowed(endpoint.address(), megabytes));
    }
    ExecutorService threads = Executors.newFixedThreadPool(RANKS);
    List<Future<double[][]>> running = new ArrayList<>();
    for (int rank = 0; rank < RANKS; rank++) {
      int own = rank;
      running.add(
          threads.submit(
              () -> {
                List<String> told = new ArrayList<>(addresses);
                told.set(own, endpoints.get(own).address());
                RingSettings settings = RingSettings.defaults();
                ComputationGraph graph = network(depth, side);
                try (RingAllReduce ring = endpoints.get(own).connect(own, told, "token", settings);
                    WorkerNetwork worker = new WorkerNetwork(graph)) {
                  worker.step();
                  try (GradientSum sum = new GradientSum(graph, ring, wire, false, bucketBytes)) {
                    return measured(ring, worker, sum, batch(images, side), steps);
                  }
                }
              }));
    }
    double[][] millis = running.get(0).get();
    running.get(1).get();
    threads.shutdown();
    for (double[] each : millis) {
      Arrays.sort(each);
    }
    System.out.printf(
        "%.0f MB/s, buckets of %d KiB: after %.0f ms, meanwhile %.0f ms, computing alone %.0f ms,"
            + " ratio %.3f%n",
        megabytes,
        bucketBytes >> 10,
        millis[0][steps / 2],
        millis[1][steps / 2],
        millis[2][steps / 2],
        millis[0][steps / 2] / millis[1][steps / 2]);
  }

  private static double[][] measured(
      RingAllReduce ring, WorkerNetwork worker, GradientSum sum, MultiDataSet batch, int steps) {
    int images = (int) batch.getFeatures(0).size(0);
    double[][] millis = new double[3][steps];
    for (int round = -WARM_UP; round < steps; round++) {
      for (int way = 0; way < millis.length; way++) {
        ring.dissenters(round);
        long start = System.nanoTime();
        sum.begin();
        worker.computeGradient(
            batch, Precision.FLOAT32, 1, way == 1 ? sum.early(images) : (from, to) -> {});
        if (way < 2) {
          sum.add(images, 1);
          sum.exchange(false);
        }
        if (round >= 0) {
          millis[way][round] = (System.nanoTime() - start) / 1e6;
        }
      }
    }
    return millis;
  }

  private static ComputationGraph network(int depth, int side) {
    ComputationGraph graph =
        new ComputationGraph(
            ImageNetResNet.builder(depth)
                .classes(10)
                .input(side, side, 3)
                .updater(new Sgd(0.01))
                .build());
    graph.init();
    return graph;
  }

  private static MultiDataSet batch(int images, int side) {
    INDArray features = Nd4j.rand(DataType.FLOAT, images, side, side, 3);
    INDArray labels = Nd4j.zeros(DataType.FLOAT, images, 10);
    labels.putColumn(3, Nd4j.ones(DataType.FLOAT, images));
    return new org.nd4j.linalg.dataset.MultiDataSet(features, labels);
  }

  /** Returns where a connection to an address can be had that passes so many megabytes a second. */
  private static String slowed(String target, double megabytes) throws IOException {
    ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    start(
        () -> {
          Socket source = server.accept();
          int port = Integer.parseInt(target.substring(target.lastIndexOf(':') + 1));
          Socket sink = new Socket(InetAddress.getLoopbackAddress(), port);
          start(() -> pass(sink.getInputStream(), source.getOutputStream(), megabytes));
          pass(source.getInputStream(), sink.getOutputStream(), megabytes);
        });
    return "127.0.0.1:" + server.getLocalPort();
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
                // The ring is closed.
              }
            });
    thread.setDaemon(true);
    thread.start();
  }

  private static void pass(InputStream in, OutputStream out, double megabytes) throws IOException {
    byte[] bytes = new byte[1 << 16];
    long free = System.nanoTime();
    for (int count = in.read(bytes); count >= 0; count = in.read(bytes)) {
      free = Math.max(free, System.nanoTime()) + (long) (count * 1e3 / megabytes);
      while (System.nanoTime() < free) {
        LockSupport.parkNanos(free - System.nanoTime());
      }
      out.write(bytes, 0, count);
    }
  }
}
