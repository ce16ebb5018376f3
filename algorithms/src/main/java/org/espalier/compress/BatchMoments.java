package org.espalier.compress;

import java.io.Serializable;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.deeplearning4j.nn.params.BatchNormalizationParamInitializer;
import org.espalier.graph.NetworkGraph;
import org.espalier.nn.BatchNormRuntime;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The exact moments of what enters each batch normalisation, pooled over many batches.
 *
 * <p>Pruning and quantising leave running statistics that are not those of the network. A pass over
 * the training set in training mode, each layer normalising by the statistics of its batch, gives
 * for each batch the mean and the biased variance of every channel; these are merged, in double
 * precision and weighted by rows, to the moments of all rows together:
 *
 * <pre>
 * n = na + nb,  mean = (na ma + nb mb) / n,  n var = na va + nb vb + (ma - mb)^2 na nb / n
 * </pre>
 *
 * <p>so that neither the order of batches nor their distribution over workers matters. Weights are
 * not touched.
 *
 * <p>Chan, Golub, LeVeque: Updating formulae and a pairwise algorithm for computing sample
 * variances, 1979.
 */
public final class BatchMoments implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Moments of one layer's channels; {@code spread} is rows times variance. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Moments(double[] mean, double[] spread) implements Serializable {}

  private final Map<String, Moments> layers = new LinkedHashMap<>();
  private long rows;

  /** Returns the number of rows seen. */
  public long rows() {
    return rows;
  }

  /** Returns the names of the batch normalisations seen. */
  public Set<String> layers() {
    return Collections.unmodifiableSet(layers.keySet());
  }

  /** Returns the pooled mean of a layer's channels. */
  public double[] mean(String layer) {
    return moments(layer).mean().clone();
  }

  /** Returns the pooled biased variance of a layer's channels. */
  public double[] variance(String layer) {
    double[] variance = moments(layer).spread().clone();
    for (int c = 0; c < variance.length; c++) {
      variance[c] /= rows;
    }
    return variance;
  }

  private Moments moments(String layer) {
    Moments moments = layers.get(layer);
    if (moments == null) {
      throw new IllegalArgumentException(
          "Cannot give moments: no batch normalisation of that name was seen (" + layer + ")");
    }
    return moments;
  }

  /**
   * Runs a batch through the network in training mode and takes its moments in.
   *
   * <p>Parameters and running statistics of the network stay as they are: only a backward pass
   * would move them.
   *
   * @param features NHWC images, at least one
   */
  public void observe(ComputationGraph network, INDArray features) {
    network.output(true, features);
    BatchMoments batch = new BatchMoments();
    batch.rows = features.size(0);
    for (GraphVertex vertex : network.getVertices()) {
      if (vertex.getLayer() instanceof BatchNormRuntime normalization) {
        batch.layers.put(
            vertex.getVertexName(),
            moments(normalization.batchMean(), normalization.batchVariance(), batch.rows));
      }
    }
    merge(batch);
  }

  private static Moments moments(INDArray mean, INDArray variance, long rows) {
    double[] spread = numbers(variance);
    for (int c = 0; c < spread.length; c++) {
      spread[c] *= rows;
    }
    return new Moments(numbers(mean), spread);
  }

  private static double[] numbers(INDArray array) {
    return array.reshape(array.length()).toDoubleVector();
  }

  /**
   * Takes in what another worker has seen.
   *
   * @return this
   * @throws IllegalArgumentException when the other saw another network
   */
  public BatchMoments merge(BatchMoments other) {
    if (other.rows == 0) {
      return this;
    }
    if (rows > 0 && !layers.keySet().equals(other.layers.keySet())) {
      throw new IllegalArgumentException(
          String.format(
              "Cannot merge moments: they are of different networks (%s)", other.layers.keySet()));
    }
    for (String name : other.layers.keySet()) {
      Moments theirs = other.layers.get(name);
      Moments mine =
          layers.computeIfAbsent(
              name,
              key ->
                  new Moments(new double[theirs.mean().length], new double[theirs.mean().length]));
      merge(mine, rows, theirs, other.rows);
    }
    rows += other.rows;
    return this;
  }

  private static void merge(Moments mine, long na, Moments theirs, long nb) {
    if (mine.mean().length != theirs.mean().length) {
      throw new IllegalArgumentException(
          String.format(
              "Cannot merge moments: a layer has %d and %d channels",
              mine.mean().length, theirs.mean().length));
    }
    double n = na + nb;
    for (int c = 0; c < mine.mean().length; c++) {
      double difference = theirs.mean()[c] - mine.mean()[c];
      mine.mean()[c] += difference * nb / n;
      mine.spread()[c] += theirs.spread()[c] + difference * difference * na * nb / n;
    }
  }

  /**
   * Returns a copy of the network with these moments as running statistics.
   *
   * <p>Every weight is that of the network, bit for bit; the updaters' state is copied too.
   *
   * @throws IllegalArgumentException when nothing was seen, or the network's layers are others
   */
  public ComputationGraph recalibrate(ComputationGraph network) {
    if (rows == 0) {
      throw new IllegalArgumentException(
          "Cannot recalibrate batch normalisation: no rows were seen (0)");
    }
    ComputationGraph copy = NetworkGraph.copy(network);
    for (GraphVertex vertex : copy.getVertices()) {
      if (vertex.getLayer() instanceof BatchNormRuntime) {
        Map<String, INDArray> table = vertex.paramTable(false);
        write(
            mean(vertex.getVertexName()),
            table.get(BatchNormalizationParamInitializer.GLOBAL_MEAN));
        write(
            variance(vertex.getVertexName()),
            table.get(BatchNormalizationParamInitializer.GLOBAL_VAR));
      }
    }
    return copy;
  }

  private static void write(double[] values, INDArray parameter) {
    if (values.length != parameter.length()) {
      throw new IllegalArgumentException(
          String.format(
              "Cannot recalibrate batch normalisation: moments of %d channels were seen, a layer has"
                  + " %d",
              values.length, parameter.length()));
    }
    parameter.assign(
        Nd4j.createFromArray(values).castTo(parameter.dataType()).reshape(parameter.shape()));
  }
}
