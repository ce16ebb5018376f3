package org.espalier.spark.training;

import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.function.Function2;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.espalier.nn.ParameterLayout;

/**
 * What a worker does in a segment: takes the averaged network, trains it on its own batches, gives
 * its copy back.
 *
 * <p>A second attempt starts from the same values and the same random streams, so it gives the same
 * result.
 */
final class SegmentTask<S>
    implements Function2<Integer, Iterator<S>, Iterator<DyadicSum<WorkerResult>>> {
  private static final long serialVersionUID = 1L;

  private final NetworkSource source;
  private final ParameterLayout layout;
  private final WorkerBatches.Opener<S> opener;
  private final Segment segment;

  SegmentTask(
      NetworkSource source,
      ParameterLayout layout,
      WorkerBatches.Opener<S> opener,
      Segment segment) {
    this.source = source;
    this.layout = layout;
    this.opener = opener;
    this.segment = segment;
  }

  @Override
  public Iterator<DyadicSum<WorkerResult>> call(Integer partition, Iterator<S> shares)
      throws IOException {
    WorkerResult result = shares.hasNext() ? train(partition, shares.next()) : WorkerResult.idle();
    return List.of(DyadicSum.of(partition, result)).iterator();
  }

  private WorkerResult train(int partition, S share) throws IOException {
    WorkerBatches batches = opener.open(share, segment.epoch());
    int to = Math.min(segment.to(), batches.steps());
    if (segment.from() >= to) {
      return WorkerResult.idle();
    }
    return source.lend(layout, network -> train(network, batches, partition, to));
  }

  private WorkerResult train(WorkerNetwork network, WorkerBatches batches, int partition, int to)
      throws IOException {
    ComputationGraph graph = network.graph();
    segment.begin(graph);
    segment.seed(partition, segment.from());
    try {
      return steps(network, batches, partition, to);
    } catch (TrainingException e) {
      return WorkerResult.failed(e.getMessage());
    }
  }

  private WorkerResult steps(WorkerNetwork network, WorkerBatches batches, int partition, int to)
      throws IOException {
    ComputationGraph graph = network.graph();
    TrainingAccuracy accuracy = new TrainingAccuracy();
    graph.setListeners(accuracy);
    double lossSum = 0;
    long images = 0;
    for (int step = segment.from(); step < to; step++) {
      Interruption.check();
      WorkerBatch batch = batches.batch(step);
      accuracy.expect(batch);
      network.train(batch.data(), segment.precision(), TaskThreads.here());
      double loss = graph.score();
      if (!Double.isFinite(loss)) {
        return WorkerResult.failed(
            segment.diverged(
                loss,
                String.format(
                    "partition %d, epoch %d, step %d", partition, segment.epoch(), step)));
      }
      lossSum += loss * batch.images();
      images += batch.images();
    }
    return WorkerResult.of(
        layout.moving(graph.params().toFloatVector()),
        TrainingState.updaterState(graph),
        to - segment.from(),
        images,
        lossSum,
        accuracy.judged(),
        accuracy.right());
  }
}
