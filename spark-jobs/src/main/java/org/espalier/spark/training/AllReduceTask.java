package org.espalier.spark.training;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.apache.spark.BarrierTaskContext;
import org.espalier.nn.ParameterLayout;
import org.espalier.spark.collective.RingAllReduce;
import org.nd4j.linalg.api.ops.executioner.OpExecutioner;
import org.nd4j.linalg.factory.Nd4j;

/** What a rank does in a segment of synchronous training: joins the ring and goes its steps. */
final class AllReduceTask<S> implements BarrierFunction<Share<S>, RankResult> {
  private static final long serialVersionUID = 1L;

  private final NetworkSource source;
  private final ParameterLayout layout;
  private final WorkerBatches.Opener<S> opener;
  private final Segment segment;
  private final AllReduceSettings settings;
  private final LiveSums.Counters counters;

  AllReduceTask(
      NetworkSource source,
      ParameterLayout layout,
      WorkerBatches.Opener<S> opener,
      Segment segment,
      AllReduceSettings settings,
      LiveSums.Counters counters) {
    this.source = source;
    this.layout = layout;
    this.opener = opener;
    this.segment = segment;
    this.settings = settings;
    this.counters = counters;
  }

  /** A worker for whom a rank trains, and its batches. */
  record Worker(int number, WorkerBatches batches) {}

  @Override
  public Iterator<RankResult> call(BarrierTaskContext context, Iterator<Share<S>> shares)
      throws IOException {
    List<Worker> workers = new ArrayList<>();
    while (shares.hasNext()) {
      Share<S> share = shares.next();
      workers.add(new Worker(share.worker(), opener.open(share.content(), segment.epoch())));
    }
    try (RingAllReduce ring = Ranks.join(context, settings)) {
      RankResult result = source.lend(layout, network -> train(network, workers, ring));
      return List.of(result).iterator();
    }
  }

  /** Trains as one of a ring's ranks. */
  RankResult train(WorkerNetwork network, List<Worker> workers, RingAllReduce ring)
      throws IOException {
    if (Nd4j.getExecutioner().type() != OpExecutioner.ExecutionerType.NATIVE_CPU) {
      throw new TrainingException(
          "Cannot train by all-reduce: gradients are added up in the processor's memory, and ND4J's"
              + " back end has them elsewhere; use averaging");
    }
    segment.begin(network.graph());
    try (RankSteps steps = new RankSteps(network, workers, ring, segment, settings, counters)) {
      Optional<String> refusal = steps.prepare();
      return refusal.isPresent()
          ? RankResult.failed(ring.rank(), refusal.get())
          : steps.run(layout);
    }
  }
}
