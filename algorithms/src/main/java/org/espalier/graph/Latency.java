package org.espalier.graph;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.blas.Blas;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Environment;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.nativeblas.NativeOps;
import org.nd4j.nativeblas.NativeOpsHolder;

/**
 * Measures how long a network takes for an array of images: the median of some passes, after a
 * warm-up, compiled where that is possible.
 */
public final class Latency {
  private static final int WARM_UP = 10;

  private Latency() {}

  /**
   * Measures.
   *
   * @param graph an initialised network; not changed
   * @param images what it is given, in the shape that it takes; one image for the usual meaning
   * @param threads threads of the numerical kernels, at least 1; more than {@link #allThreads} are
   *     not had
   * @param runs passes whose median is returned, at least 1
   * @return milliseconds a pass
   * @throws IllegalArgumentException when a number is below 1
   */
  public static double medianMillis(
      ComputationGraph graph, INDArray images, int threads, int runs) {
    return mediansMillis(List.of(graph), images, threads, runs)[0];
  }

  /**
   * Measures networks by turns, a pass each, so that what else the machine does meets all alike.
   *
   * @return milliseconds a pass of each
   * @see #medianMillis
   */
  public static double[] mediansMillis(
      List<ComputationGraph> graphs, INDArray images, int threads, int runs) {
    require(threads >= 1, "threads must be at least 1", threads);
    require(runs >= 1, "runs must be at least 1", runs);
    double[][] times = new double[graphs.size()][runs];
    List<Predictor> predictors = new ArrayList<>();
    try (Threads limit = new Threads(Math.min(threads, allThreads()))) {
      graphs.forEach(graph -> predictors.add(new Predictor(graph, limit.threads)));
      for (int run = -WARM_UP; run < runs; run++) {
        for (int i = 0; i < times.length; i++) {
          long start = System.nanoTime();
          predictors.get(i).probabilities(images);
          if (run >= 0) {
            times[i][run] = (System.nanoTime() - start) / 1e6;
          }
        }
      }
    } finally {
      predictors.forEach(Predictor::close);
    }
    return Arrays.stream(times).mapToDouble(Latency::median).toArray();
  }

  private static double median(double[] times) {
    Arrays.sort(times);
    return times[times.length / 2];
  }

  /** Returns the greatest number of threads that the numerical kernels of this process can use. */
  public static int allThreads() {
    return Math.max(
        1,
        Math.min(Runtime.getRuntime().availableProcessors(), Nd4j.getEnvironment().maxThreads()));
  }

  private static void require(boolean holds, String what, int value) {
    if (!holds) {
      throw new IllegalArgumentException("Cannot measure: " + what + " (" + value + ")");
    }
  }

  /** Holds ND4J, BLAS and the calling thread's OpenMP to a number of threads. */
  private static final class Threads implements AutoCloseable {
    private final Environment environment = Nd4j.getEnvironment();
    private final Blas blas = Nd4j.factory().blas();
    private final NativeOps natives = NativeOpsHolder.getInstance().getDeviceNativeOps();
    private final int environmentBefore = environment.maxMasterThreads();
    private final int blasBefore = blas.getMaxThreads();
    private final int nativesBefore = natives.ompGetMaxThreads();
    private final int threads;

    Threads(int threads) {
      this.threads = threads;
      environment.setMaxMasterThreads(threads);
      blas.setMaxThreads(threads);
      natives.setOmpNumThreads(threads);
    }

    @Override
    public void close() {
      natives.setOmpNumThreads(nativesBefore);
      blas.setMaxThreads(blasBefore);
      environment.setMaxMasterThreads(environmentBefore);
    }
  }
}
