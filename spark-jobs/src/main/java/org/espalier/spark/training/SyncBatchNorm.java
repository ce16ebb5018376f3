package org.espalier.spark.training;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.espalier.nn.fused.BatchExchange;
import org.espalier.nn.fused.Precision;
import org.espalier.spark.collective.RingAllReduce;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A rank's share of steps in which batch normalisation sees the batches of all ranks.
 *
 * <p>It has the ring while gradients are computed, which can therefore only travel afterwards.
 */
final class SyncBatchNorm {
  private final WorkerNetwork network;
  private final RingAllReduce ring;
  private final BatchExchange exchange;
  private final Precision precision;

  SyncBatchNorm(WorkerNetwork network, RingAllReduce ring, Precision precision) {
    this.network = network;
    this.ring = ring;
    this.exchange = ring::sum;
    this.precision = precision;
  }

  /**
   * Compiles the network on all ranks, also on those without a batch: the others tell them the size
   * of images.
   *
   * @return why the ranks cannot go on, a sentence; nothing if they can
   */
  Optional<String> prepare(List<WorkerBatches> workers) throws IOException {
    Optional<WorkerBatches> busy =
        workers.stream().filter(batches -> batches.steps() > 0).findFirst();
    Optional<INDArray> own =
        busy.isPresent()
            ? Optional.of(busy.get().batch(0).data().getFeatures(0))
            : Optional.empty();
    double[] sizes =
        ring.sum(own.filter(images -> images.rank() == 4).map(this::sizes).orElse(new double[4]));
    Optional<INDArray> images = own.isPresent() ? own : like(sizes);
    Optional<String> reason =
        images.flatMap(array -> network.compileShared(array, precision, TaskThreads.here()));
    double refusals = ring.sum(new double[] {reason.isPresent() ? 1 : 0})[0];
    return refusals == 0
        ? Optional.empty()
        : Optional.of(
            "Cannot synchronise batch normalisation: the network cannot be compiled ("
                + reason.orElse("another worker has the reason")
                + "); train it without");
  }

  private double[] sizes(INDArray images) {
    return new double[] {1, images.size(1), images.size(2), images.size(3)};
  }

  private static Optional<INDArray> like(double[] sums) {
    if (sums[0] == 0) {
      return Optional.empty();
    }
    long[] shape = {1, 0, 0, 0};
    for (int i = 1; i < shape.length; i++) {
      shape[i] = Math.round(sums[i] / sums[0]);
    }
    return Optional.of(Nd4j.create(DataType.FLOAT, shape));
  }

  /** Computes the gradients of this rank's part of a step. */
  void computeGradient(WorkerBatch batch) {
    network.computeGradient(batch.data(), precision, TaskThreads.here(), exchange);
  }

  /** Does its part in a step for which this rank has no examples. */
  void idle() {
    network.idle(exchange);
  }
}
