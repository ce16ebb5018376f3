package org.espalier.spark.training;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.espalier.nn.ParameterClass;
import org.espalier.nn.ParameterLayout;
import org.espalier.nn.ParameterRange;

/**
 * The movements of batch normalisations' running statistics in a step, several workers' made one:
 * as if the statistics had been measured on the examples of all.
 *
 * <p>What stands in the gradient view for a running mean m or variance v is what is to be taken
 * from it, u = (1 - d) (m - the batch's mean), with d the layer's decay. Means are linear. The
 * variance of all examples is the mean of the workers' variances plus the variance of their means,
 * and with w the workers' shares of the examples
 *
 * <pre>
 * u(m) = sum w u(m)
 * u(v) = sum w u(v) - (sum w u(m)^2 - (sum w u(m))^2) / (1 - d)
 * </pre>
 *
 * <p>A standard deviation kept as its logarithm is combined as the variance that it stands for.
 */
final class RunningStatistics {
  /** A pair of statistics by their offsets in the flat vectors. */
  private record Pair(int mean, int variance, int length, boolean logarithm, double decay) {}

  private final List<Pair> pairs = new ArrayList<>();
  private int channels;

  /** Finds the statistics of a network. */
  static RunningStatistics of(ComputationGraph graph) {
    RunningStatistics statistics = new RunningStatistics();
    for (ParameterRange range : ParameterLayout.of(graph).ranges()) {
      if (range.isPooled()) {
        statistics.pairs.add(
            new Pair(
                range.meanOffset(),
                range.offset(),
                range.length(),
                range.kind() == ParameterClass.POOLED_LOG_DEVIATION,
                decay(graph, range.name())));
        statistics.channels += range.length();
      }
    }
    return statistics;
  }

  private static double decay(ComputationGraph graph, String parameter) {
    String vertex = parameter.substring(0, parameter.lastIndexOf('_'));
    return graph.getConfiguration().getVertices().get(vertex) instanceof LayerVertex holder
            && holder.getLayerConf().getLayer() instanceof BatchNormalization normalization
        ? normalization.getDecay()
        : 0;
  }

  /** Returns whether there are any. */
  boolean isEmpty() {
    return pairs.isEmpty();
  }

  /** Returns how many numbers workers have to add up. */
  int numbers() {
    return 3 * channels;
  }

  /** Returns how many of the statistics lie from one position of the flat vectors up to another. */
  long within(long from, long to) {
    long count = 0;
    for (Pair pair : pairs) {
      count += overlap(pair.mean(), pair.length(), from, to);
      count += overlap(pair.variance(), pair.length(), from, to);
    }
    return count;
  }

  private static long overlap(int offset, int length, long from, long to) {
    return Math.max(0, Math.min(to, offset + length) - Math.max(from, offset));
  }

  /**
   * Adds a worker's share to the sums.
   *
   * @param parameters the running statistics before the step, among all parameters
   * @param movements the gradient view
   * @param examples the worker's
   * @param sums what to add to
   * @param at the position of the first number
   */
  void contribute(
      FloatBuffer parameters, FloatBuffer movements, long examples, double[] sums, int at) {
    int to = at;
    for (Pair pair : pairs) {
      for (int i = 0; i < pair.length(); i++) {
        double mean = movements.get(pair.mean() + i);
        double variance = movements.get(pair.variance() + i);
        if (pair.logarithm()) {
          variance = square(parameters.get(pair.variance() + i) - variance);
        }
        sums[to++] += examples * mean;
        sums[to++] += examples * mean * mean;
        sums[to++] += examples * variance;
      }
    }
  }

  /** Reads the movements of all workers from the sums into a gradient view. */
  void collect(
      double[] sums, int at, long examples, FloatBuffer parameters, FloatBuffer movements) {
    int from = at;
    for (Pair pair : pairs) {
      for (int i = 0; i < pair.length(); i++) {
        double mean = sums[from++] / examples;
        double between = sums[from++] / examples - mean * mean;
        double variance = sums[from++] / examples;
        double apart = Math.max(0, between) / (1 - pair.decay());
        movements.put(pair.mean() + i, (float) mean);
        int place = pair.variance() + i;
        double movement =
            pair.logarithm()
                ? parameters.get(place) - logarithm(variance + apart)
                : variance - apart;
        movements.put(place, (float) movement);
      }
    }
  }

  private static double square(double logarithm) {
    return Math.pow(10, 2 * logarithm);
  }

  private static double logarithm(double variance) {
    return 0.5 * Math.log10(Math.max(variance, Float.MIN_NORMAL));
  }
}
