package org.espalier.spark.training;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.espalier.nn.ParameterLayout;
import org.espalier.nn.fused.GradientStep;
import org.espalier.spark.collective.RingAllReduce;

/**
 * The steps of a rank: in each, all ranks add up the gradients of their workers' batches and take
 * the same step.
 *
 * <p>A rank whose workers' data have run out goes on with the others, adding nothing. Where batch
 * normalisation is synchronised, the ranks meet at each of its layers too, and a rank puts its
 * workers' batches together; where it is not, it sees each worker's on its own.
 */
final class RankSteps {
  private final WorkerNetwork network;
  private final ComputationGraph graph;
  private final List<AllReduceTask.Worker> workers;
  private final RingAllReduce ring;
  private final Segment segment;
  private final AllReduceSettings settings;
  private final TrainingAccuracy accuracy = new TrainingAccuracy();
  private final GradientStep stepping;
  private final GradientSum sum;
  private final Optional<SyncBatchNorm> shared;
  private double lossSum;
  private long images;

  RankSteps(
      WorkerNetwork network,
      List<AllReduceTask.Worker> workers,
      RingAllReduce ring,
      Segment segment,
      AllReduceSettings settings) {
    this.network = network;
    this.graph = network.graph();
    this.workers = workers;
    this.ring = ring;
    this.segment = segment;
    this.settings = settings;
    this.stepping = network.step();
    this.sum = new GradientSum(graph, ring, settings.wire(), workers.size() > 1);
    this.shared =
        settings.syncBatchNorm() && ring.ranks() * workers.size() > 1 && sum.hasStatistics()
            ? Optional.of(new SyncBatchNorm(network, ring, segment.precision()))
            : Optional.empty();
    graph.setListeners(accuracy);
  }

  /** Agrees with the other ranks on what must be agreed; returns why they cannot go on. */
  Optional<String> prepare() throws IOException {
    return shared.isPresent()
        ? shared.get().prepare(workers.stream().map(AllReduceTask.Worker::batches).toList())
        : Optional.empty();
  }

  /** Goes all steps of the segment, or as many as its time allows. */
  RankResult run(ParameterLayout layout) throws IOException {
    ReplicaCheck replicas = new ReplicaCheck(ring, sum.parameters(), settings.checkSteps());
    long began = System.nanoTime();
    boolean last = false;
    int step = segment.from();
    while (step < segment.to() && !last) {
      Interruption.check();
      sum.begin();
      computeGradients(step);
      boolean late =
          !settings.longest().isZero() && System.nanoTime() - began >= settings.longest().toNanos();
      GradientSum.Step all = sum.exchange(late);
      if (!Double.isFinite(all.loss())) {
        return failed(
            segment.diverged(
                all.loss() / all.examples(),
                String.format("epoch %d, step %d", segment.epoch(), step)));
      }
      stepping.take(all.examples());
      Optional<String> apart = replicas.after(step);
      if (apart.isPresent()) {
        return failed(apart.get());
      }
      last = all.last();
      step++;
    }
    return RankResult.of(
        ring.rank(),
        layout.moving(graph.params().toFloatVector()),
        TrainingState.updaterState(graph),
        new EpochSums(
            step - segment.from(), images, lossSum, accuracy.judged(), accuracy.right(), 0));
  }

  private RankResult failed(String sentence) {
    return RankResult.failed(ring.rank(), sentence);
  }

  private void computeGradients(int step) throws IOException {
    List<WorkerBatch> batches = new ArrayList<>();
    for (AllReduceTask.Worker worker : workers) {
      if (step >= worker.batches().steps()) {
        continue;
      }
      WorkerBatch batch = worker.batches().batch(step);
      if (shared.isPresent()) {
        batches.add(batch);
      } else {
        segment.seed(worker.number(), step);
        accuracy.expect(batch);
        network.computeGradient(batch.data(), segment.precision(), TaskThreads.here());
        add(batch);
      }
    }
    if (shared.isPresent()) {
      computeShared(shared.get(), batches, step);
    }
  }

  private void computeShared(SyncBatchNorm together, List<WorkerBatch> batches, int step) {
    if (batches.isEmpty()) {
      together.idle();
      return;
    }
    WorkerBatch batch = WorkerBatch.together(batches);
    segment.seed(workers.get(0).number(), step);
    accuracy.expect(batch);
    together.computeGradient(batch);
    add(batch);
  }

  private void add(WorkerBatch batch) {
    double loss = graph.score() * batch.images();
    sum.add(batch.images(), loss);
    lossSum += loss;
    images += batch.images();
  }
}
