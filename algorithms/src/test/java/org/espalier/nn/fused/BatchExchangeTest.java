package org.espalier.nn.fused;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.espalier.nn.kernel.OneDnn;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Parts of a batch computed by several networks that meet at batch normalisations. */
class BatchExchangeTest {
  @BeforeAll
  static void oneDnnServes() {
    Assumptions.assumeTrue(OneDnn.serves(DataType.FLOAT), "oneDNN does not serve on this machine");
  }

  /** Adds up the numbers of threads in the order of their ranks. */
  private static final class Meeting {
    private final double[][] brought;
    private final CyclicBarrier barrier;

    Meeting(int ranks) {
      brought = new double[ranks][];
      barrier = new CyclicBarrier(ranks);
    }

    double[] sum(int rank, double[] values) {
      try {
        brought[rank] = values;
        barrier.await();
        double[] sums = new double[values.length];
        for (double[] part : brought) {
          for (int i = 0; i < sums.length; i++) {
            sums[i] += part[i];
          }
        }
        barrier.await();
        return sums;
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }
  }

  /** Rows of a batch from one index up to another. */
  private static DataSet part(DataSet batch, int from, int to) {
    return new DataSet(
        rows(batch.getFeatures(), from, to).castTo(DataType.FLOAT),
        rows(batch.getLabels(), from, to).castTo(DataType.FLOAT));
  }

  private static INDArray rows(INDArray array, int from, int to) {
    return array.get(NDArrayIndex.interval(from, to)).dup('c');
  }

  /** Computes the gradients of parts of a batch at the same time, each in a network of its own. */
  private static List<ComputationGraph> computed(
      SmallNetwork network, DataSet batch, int... firstRows) throws Exception {
    int ranks = firstRows.length - 1;
    Meeting meeting = new Meeting(ranks);
    ExecutorService threads = Executors.newFixedThreadPool(ranks);
    try {
      List<Future<ComputationGraph>> running = new ArrayList<>();
      for (int rank = 0; rank < ranks; rank++) {
        int own = rank;
        running.add(
            threads.submit(
                () -> {
                  ComputationGraph graph = network.initialised(DataType.FLOAT);
                  int from = firstRows[own];
                  int to = firstRows[own + 1];
                  BatchExchange exchange = values -> meeting.sum(own, values);
                  try (FusedTraining training = Training.of(graph, 1 + own % 2)) {
                    if (from == to) {
                      training.idle(exchange);
                    } else {
                      DataSet data = part(batch, from, to);
                      training.computeGradientAndScore(
                          data.getFeatures(), data.getLabels(), exchange);
                    }
                  }
                  return graph;
                }));
      }
      List<ComputationGraph> graphs = new ArrayList<>();
      for (Future<ComputationGraph> rank : running) {
        graphs.add(rank.get());
      }
      return graphs;
    } finally {
      threads.shutdownNow();
    }
  }

  /** Sums of the ranks' gradients, but means of the movements of running statistics. */
  private static INDArray together(ComputationGraph... graphs) {
    ComputationGraph first = graphs[0];
    INDArray sum = first.getGradientsViewArray().castTo(DataType.DOUBLE).mul(0);
    for (ComputationGraph graph : graphs) {
      sum.addi(graph.getGradientsViewArray().castTo(DataType.DOUBLE));
    }
    long offset = 0;
    for (var entry : Parameters.named(first, first.getGradientsViewArray()).entrySet()) {
      long end = offset + entry.getValue().length();
      if (entry.getKey().endsWith("_mean") || entry.getKey().endsWith("_var")) {
        sum.reshape(sum.length()).get(NDArrayIndex.interval(offset, end)).assign(entry.getValue());
      }
      offset = end;
    }
    return sum;
  }

  @ParameterizedTest
  @EnumSource(
      names = {
        "RESIDUAL",
        "MASKED_SUM",
        "TWO_NORMS",
        "NORM_OF_IMAGES",
        "NORM_OF_FEATURES",
        "FROZEN_NORM",
        "WIDE"
      })
  void gradientsOfPartsAddUpToThoseOfTheBatch(SmallNetwork network) throws Exception {
    ComputationGraph exact = network.initialised(DataType.DOUBLE);
    DataSet batch = SmallNetwork.data(DataType.DOUBLE, 9, 9);
    Parameters.computeGradient(exact, batch);

    List<ComputationGraph> parts = computed(network, batch, 0, 5, 5, 9);

    assertThat(parts.get(1).getGradientsViewArray().norm2Number().doubleValue()).isZero();
    Parameters.assertClose(
        exact, together(parts.get(0), parts.get(2)), exact.getGradientsViewArray(), 5e-5);
  }

  @Test
  void exchangingWithNobodyChangesNoGradientByMoreThanRounding() throws Exception {
    DataSet batch = SmallNetwork.data(DataType.FLOAT, 4, 6);
    ComputationGraph alone = SmallNetwork.RESIDUAL.initialised(DataType.FLOAT);
    try (FusedTraining training = Training.of(alone, 1)) {
      training.computeGradientAndScore(batch.getFeatures(), batch.getLabels());
    }

    ComputationGraph exchanging = computed(SmallNetwork.RESIDUAL, batch, 0, 6).get(0);

    Parameters.assertClose(
        alone, exchanging.getGradientsViewArray(), alone.getGradientsViewArray(), 1e-6);
  }

  @Test
  void afterAnExchangeThatFailsTheNetworkTrainsAlone() {
    DataSet batch = SmallNetwork.data(DataType.FLOAT, 4, 6);
    ComputationGraph expected = SmallNetwork.RESIDUAL.initialised(DataType.FLOAT);
    ComputationGraph graph = SmallNetwork.RESIDUAL.initialised(DataType.FLOAT);
    try (FusedTraining one = Training.of(expected, 1);
        FusedTraining other = Training.of(graph, 2)) {
      one.fit(batch);
      assertThatThrownBy(
              () ->
                  other.computeGradientAndScore(
                      batch.getFeatures(),
                      batch.getLabels(),
                      values -> {
                        throw new IllegalStateException("the others are gone");
                      }))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("the others are gone");
      assertThatThrownBy(() -> other.idle(null)).hasMessage("Cannot train: there is no exchange");

      other.fit(batch);

      assertThat(Parameters.bits(graph.params())).isEqualTo(Parameters.bits(expected.params()));
    }
  }
}
