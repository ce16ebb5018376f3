package org.espalier.spark.training;

import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.apache.spark.BarrierTaskContext;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.espalier.nn.ParameterLayout;
import org.espalier.nn.fused.GradientStep;
import org.espalier.spark.collective.RingAllReduce;
import org.nd4j.linalg.api.ops.executioner.OpExecutioner;
import org.nd4j.linalg.factory.Nd4j;

/**
 * What a rank does in a segment of synchronous training: in every step all ranks add up the
 * gradients of their batches and take the same step.
 *
 * <p>A rank whose shard has run out goes on with the others, adding nothing. Where batch
 * normalisation is synchronised, the ranks meet at each of its layers too.
 */
final class AllReduceTask<S> implements BarrierFunction<S, RankResult> {
  private static final long serialVersionUID = 1L;

  private final NetworkSource source;
  private final ParameterLayout layout;
  private final WorkerBatches.Opener<S> opener;
  private final Segment segment;
  private final AllReduceSettings settings;

  AllReduceTask(
      NetworkSource source,
      ParameterLayout layout,
      WorkerBatches.Opener<S> opener,
      Segment segment,
      AllReduceSettings settings) {
    this.source = source;
    this.layout = layout;
    this.opener = opener;
    this.segment = segment;
    this.settings = settings;
  }

  @Override
  public Iterator<RankResult> call(BarrierTaskContext context, Iterator<S> shares)
      throws IOException {
    S share = shares.next();
    WorkerBatches batches = opener.open(share, segment.epoch());
    try (RingAllReduce ring = Ranks.join(context, settings)) {
      RankResult result = source.lend(layout, network -> train(network, batches, ring));
      return List.of(result).iterator();
    }
  }

  /** Trains as one of a ring's ranks. */
  RankResult train(WorkerNetwork network, WorkerBatches batches, RingAllReduce ring)
      throws IOException {
    if (Nd4j.getExecutioner().type() != OpExecutioner.ExecutionerType.NATIVE_CPU) {
      throw new TrainingException(
          "Cannot train by all-reduce: gradients are added up in the processor's memory, and ND4J's"
              + " back end has them elsewhere; use averaging");
    }
    ComputationGraph graph = network.graph();
    segment.begin(graph, ring.rank());
    TrainingAccuracy accuracy = new TrainingAccuracy();
    graph.setListeners(accuracy);
    GradientStep stepping = network.step();
    GradientSum sum = new GradientSum(graph, ring, settings.wire());
    Optional<SyncBatchNorm> shared =
        settings.syncBatchNorm() && ring.ranks() > 1 && sum.hasStatistics()
            ? Optional.of(new SyncBatchNorm(network, ring, segment.precision()))
            : Optional.empty();
    if (shared.isPresent()) {
      Optional<String> refusal = shared.get().prepare(batches);
      if (refusal.isPresent()) {
        return RankResult.failed(ring.rank(), refusal.get());
      }
    }
    double lossSum = 0;
    long images = 0;
    for (int step = segment.from(); step < segment.to(); step++) {
      Interruption.check();
      int examples = 0;
      double loss = 0;
      if (step < batches.steps()) {
        WorkerBatch batch = batches.batch(step);
        accuracy.expect(batch);
        if (shared.isPresent()) {
          shared.get().computeGradient(batch);
        } else {
          network.computeGradient(batch.data(), segment.precision(), TaskThreads.here());
        }
        examples = batch.images();
        loss = graph.score() * examples;
      } else {
        shared.ifPresent(SyncBatchNorm::idle);
      }
      GradientSum.Step all = sum.exchange(examples, loss);
      if (!Double.isFinite(all.loss())) {
        return RankResult.failed(
            ring.rank(),
            segment.diverged(
                all.loss() / all.examples(),
                String.format("epoch %d, step %d", segment.epoch(), step)));
      }
      stepping.take(all.examples());
      lossSum += loss;
      images += examples;
    }
    return RankResult.of(
        ring.rank(),
        layout.moving(graph.params().toFloatVector()),
        TrainingState.updaterState(graph),
        images,
        lossSum,
        accuracy.judged(),
        accuracy.right());
  }
}
