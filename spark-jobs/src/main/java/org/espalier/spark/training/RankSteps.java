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
final class RankSteps implements AutoCloseable {
  private final WorkerNetwork network;
  private final ComputationGraph graph;
  private final List<AllReduceTask.Worker> workers;
  private final RingAllReduce ring;
  private final Segment segment;
  private final AllReduceSettings settings;
  private final LiveSums.Counters counters;
  private final TrainingAccuracy accuracy = new TrainingAccuracy();
  private final GradientStep stepping;
  private final GradientSum sum;
  private final Observations observations;
  private final Optional<SyncBatchNorm> shared;
  private double lossSum;
  private long images;
  private EpochSums counted = EpochSums.NONE;

  RankSteps(
      WorkerNetwork network,
      List<AllReduceTask.Worker> workers,
      RingAllReduce ring,
      Segment segment,
      AllReduceSettings settings,
      LiveSums.Counters counters) {
    this.network = network;
    this.graph = network.graph();
    this.workers = workers;
    this.ring = ring;
    this.segment = segment;
    this.settings = settings;
    this.counters = counters;
    this.stepping = network.step();
    this.sum = new GradientSum(graph, ring, settings.wire(), workers.size() > 1);
    this.observations = new Observations(graph, ring);
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
      int examples = computeGradients(step);
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
      observations.exchange(examples);
      Optional<String> apart = replicas.after(step);
      if (apart.isPresent()) {
        return failed(apart.get());
      }
      count();
      last = all.last();
      step++;
    }
    return RankResult.of(
        ring.rank(),
        layout.moving(graph.params().toFloatVector()),
        TrainingState.updaterState(graph),
        sums(step - segment.from()));
  }

  private void count() {
    counters.add(
        images - counted.images(),
        lossSum - counted.lossSum(),
        accuracy.judged() - counted.judged(),
        accuracy.right() - counted.right());
    counted = sums(0);
  }

  private EpochSums sums(int steps) {
    return new EpochSums(steps, images, lossSum, accuracy.judged(), accuracy.right(), 0);
  }

  private RankResult failed(String sentence) {
    return RankResult.failed(ring.rank(), sentence);
  }

  /** Computes the gradients of this rank's part of a step; returns its examples. */
  private int computeGradients(int step) throws IOException {
    List<WorkerBatch> batches = new ArrayList<>();
    int examples = 0;
    for (AllReduceTask.Worker worker : workers) {
      if (step < worker.batches().steps()) {
        WorkerBatch batch = worker.batches().batch(step);
        examples += batch.images();
        if (shared.isPresent()) {
          batches.add(batch);
        } else {
          computeGradient(batch, worker.number(), step);
        }
      }
    }
    if (shared.isPresent()) {
      if (batches.isEmpty()) {
        shared.get().idle();
      } else {
        computeGradient(WorkerBatch.together(batches), workers.get(0).number(), step);
      }
    }
    return examples;
  }

  private void computeGradient(WorkerBatch batch, int worker, int step) {
    segment.seed(worker, step);
    accuracy.expect(batch);
    if (shared.isPresent()) {
      shared.get().computeGradient(batch);
    } else {
      network.computeGradient(
          batch.data(), segment.precision(), TaskThreads.here(), sum.early(batch.images()));
    }
    double loss = graph.score() * batch.images();
    sum.add(batch.images(), loss);
    lossSum += loss;
    images += batch.images();
  }

  /** Gives up what is under way. */
  @Override
  public void close() {
    sum.close();
  }
}
