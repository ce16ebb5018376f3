package org.espalier.spark.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.espalier.nn.fused.GradientProgress;
import org.espalier.nn.fused.Precision;
import org.espalier.spark.collective.CollectiveException;
import org.espalier.spark.collective.RingAllReduce;
import org.espalier.spark.collective.RingEndpoint;
import org.espalier.spark.collective.RingSettings;
import org.espalier.spark.collective.Wire;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.learning.config.Nesterovs;

/** Sums over rings whose ranks are threads of this process. */
@Timeout(600)
class GradientSumTest {
  private static final int SMALL = 256;
  private static final int STEPS = 4;

  /** What a rank does. */
  private interface Work<T> {
    T with(RingAllReduce ring) throws Exception;
  }

  /** Lets all ranks of a ring work at the same time; each closes its ring in the end. */
  private static <T> List<Future<T>> start(int ranks, Work<T> work) {
    List<RingEndpoint> endpoints = new ArrayList<>();
    for (int rank = 0; rank < ranks; rank++) {
      endpoints.add(RingEndpoint.open("127.0.0.1"));
    }
    List<String> addresses = endpoints.stream().map(RingEndpoint::address).toList();
    ExecutorService threads = Executors.newFixedThreadPool(ranks);
    List<Future<T>> running = new ArrayList<>();
    for (int rank = 0; rank < ranks; rank++) {
      int own = rank;
      Callable<T> call =
          () -> {
            try (RingEndpoint endpoint = endpoints.get(own);
                RingAllReduce ring =
                    endpoint.connect(own, addresses, "token", RingSettings.defaults())) {
              return work.with(ring);
            }
          };
      running.add(threads.submit(call));
    }
    threads.shutdown();
    return running;
  }

  private static <T> List<T> together(int ranks, Work<T> work) throws Exception {
    List<T> results = new ArrayList<>();
    for (Future<T> rank : start(ranks, work)) {
      results.add(rank.get());
    }
    return results;
  }

  private static ComputationGraph residual() {
    return TinyData.residual(new Nesterovs(0.05, 0.9));
  }

  /** How a rank takes part in a step. */
  private enum Way {
    EARLY,
    LATE,
    WITHOUT_EXAMPLES
  }

  /** Which way a rank goes in a step. */
  private interface Ways {
    Way of(int rank, int step);
  }

  /** Trains a replica on every rank; returns them all. */
  private static List<INDArray> trained(
      int ranks, Supplier<ComputationGraph> network, Wire wire, int bucketBytes, Ways ways)
      throws Exception {
    return together(
        ranks,
        ring -> {
          ComputationGraph graph = network.get();
          try (WorkerNetwork worker = new WorkerNetwork(graph);
              GradientSum sum = gradientSum(worker, ring, wire, bucketBytes)) {
            for (int step = 0; step < STEPS; step++) {
              sum.begin();
              Way way = ways.of(ring.rank(), step);
              if (way != Way.WITHOUT_EXAMPLES) {
                int examples = 3 + ring.rank();
                MultiDataSet batch = TinyData.batch(examples);
                GradientProgress progress =
                    way == Way.EARLY ? sum.early(examples) : (from, to) -> {};
                worker.computeGradient(batch, Precision.FLOAT32, 1, progress);
                sum.add(examples, graph.score() * examples);
              }
              GradientSum.Step all = sum.exchange(false);
              assertThat(all.loss()).isPositive();
              worker.step().take(all.examples());
            }
          }
          return graph.params();
        });
  }

  private static GradientSum gradientSum(
      WorkerNetwork worker, RingAllReduce ring, Wire wire, int bucketBytes) {
    worker.step();
    return new GradientSum(worker.graph(), ring, wire, false, bucketBytes);
  }

  private static void assertAllEqual(List<INDArray> replicas, INDArray expected) {
    assertThat(expected.norm2Number().doubleValue()).isFinite();
    for (INDArray replica : replicas) {
      assertThat(replica.toFloatVector()).isEqualTo(expected.toFloatVector());
    }
  }

  @ParameterizedTest
  @EnumSource
  void bucketsThatTravelEarlyGiveTheSameBits(Wire wire) throws Exception {
    INDArray late =
        trained(3, GradientSumTest::residual, wire, SMALL, (rank, step) -> Way.LATE).get(0);

    List<INDArray> early =
        trained(3, GradientSumTest::residual, wire, SMALL, (rank, step) -> Way.EARLY);
    List<INDArray> mixed =
        trained(
            3,
            GradientSumTest::residual,
            wire,
            SMALL,
            (rank, step) -> (rank + step) % 2 == 0 ? Way.EARLY : Way.LATE);

    assertAllEqual(early, late);
    assertAllEqual(mixed, late);
  }

  @Test
  void ranksWithoutExamplesGoTogetherWithThoseThatHaveSome() throws Exception {
    Ways late = (rank, step) -> rank == step % 3 ? Way.WITHOUT_EXAMPLES : Way.LATE;
    Ways early = (rank, step) -> rank == step % 3 ? Way.WITHOUT_EXAMPLES : Way.EARLY;

    INDArray expected = trained(3, GradientSumTest::residual, Wire.FLOAT32, SMALL, late).get(0);

    assertAllEqual(trained(3, GradientSumTest::residual, Wire.FLOAT32, SMALL, early), expected);
  }

  /** The sum of two numbers does not depend on where a bucket begins, whatever the rank. */
  @Test
  void betweenTwoRanksTheSizeOfBucketsDoesNotMatter() throws Exception {
    Ways early = (rank, step) -> Way.EARLY;
    INDArray whole =
        trained(2, GradientSumTest::residual, Wire.FLOAT32, Integer.MAX_VALUE, early).get(0);

    for (int bytes : new int[] {Float.BYTES, SMALL}) {
      assertAllEqual(trained(2, GradientSumTest::residual, Wire.FLOAT32, bytes, early), whole);
    }
  }

  @Test
  void networksThatAreNotCompiledSendEverythingInTheEnd() throws Exception {
    Supplier<ComputationGraph> network = () -> TinyData.network(new Nesterovs(0.05, 0.9));
    INDArray late = trained(3, network, Wire.FLOAT32, SMALL, (rank, step) -> Way.LATE).get(0);

    assertAllEqual(trained(3, network, Wire.FLOAT32, SMALL, (rank, step) -> Way.EARLY), late);
  }

  @Test
  void bucketsTravelBeforeTheExchange() throws Exception {
    together(
        2,
        ring -> {
          ComputationGraph graph = residual();
          try (WorkerNetwork worker = new WorkerNetwork(graph);
              GradientSum sum = gradientSum(worker, ring, Wire.FLOAT32, SMALL)) {
            INDArray view = graph.getGradientsViewArray();
            long last = view.length() - 1;
            MultiDataSet batch = TinyData.batch(4);
            worker.computeGradient(batch, Precision.FLOAT32, 1, (from, to) -> {});
            float own = view.getFloat(last);

            sum.begin();
            worker.computeGradient(batch, Precision.FLOAT32, 1, sum.early(4));
            while (view.getFloat(last) != 2 * own) {
              Thread.sleep(1);
            }
            sum.add(4, 1);
            sum.exchange(false);
          }
          return true;
        });
  }

  @Test
  void aSingleRankKeepsItsGradients() throws Exception {
    assertThat(
            together(
                1,
                ring -> {
                  ComputationGraph graph = residual();
                  try (WorkerNetwork worker = new WorkerNetwork(graph);
                      GradientSum sum = gradientSum(worker, ring, Wire.FLOAT16, SMALL)) {
                    MultiDataSet batch = TinyData.batch(4);
                    worker.computeGradient(batch, Precision.FLOAT32, 1, (from, to) -> {});
                    INDArray alone = graph.getGradientsViewArray().dup();
                    sum.begin();
                    worker.computeGradient(batch, Precision.FLOAT32, 1, sum.early(4));
                    sum.add(4, 2);
                    assertThat(sum.exchange(true)).isEqualTo(new GradientSum.Step(4, 2, true));
                    return graph.getGradientsViewArray().equalsWithEps(alone, 0);
                  }
                }))
        .containsExactly(true);
  }

  /** The rank gives up when half of its buckets are on their way. */
  @Test
  void aRankThatFailsInMidBackwardEndsTheOthersToo() throws Exception {
    List<Future<Boolean>> ranks =
        start(
            3,
            ring -> {
              ComputationGraph graph = residual();
              try (WorkerNetwork worker = new WorkerNetwork(graph);
                  GradientSum sum = gradientSum(worker, ring, Wire.FLOAT32, SMALL)) {
                sum.begin();
                GradientProgress progress = sum.early(4);
                long half = graph.getGradientsViewArray().length() / 2;
                worker.computeGradient(
                    TinyData.batch(4),
                    Precision.FLOAT32,
                    1,
                    (from, to) -> {
                      progress.done(from, to);
                      if (ring.rank() == 1 && from < half && to - from > 8) {
                        throw new IllegalStateException("out of memory");
                      }
                    });
                sum.add(4, 1);
                sum.exchange(false);
              }
              return true;
            });

    assertThatThrownBy(ranks.get(1)::get)
        .isInstanceOf(ExecutionException.class)
        .cause()
        .isExactlyInstanceOf(IllegalStateException.class)
        .hasMessage("out of memory");
    for (int other : new int[] {0, 2}) {
      assertThatThrownBy(ranks.get(other)::get)
          .isInstanceOf(ExecutionException.class)
          .cause()
          .isExactlyInstanceOf(CollectiveException.class)
          .hasMessageStartingWith("Cannot reduce: rank ");
    }
    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      if (thread.getName().startsWith("all-reduce of rank")) {
        thread.join();
      }
    }
  }
}
