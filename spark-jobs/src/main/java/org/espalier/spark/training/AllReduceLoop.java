package org.espalier.spark.training;

import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.espalier.nn.ParameterLayout;
import org.espalier.nn.fused.Precision;

/**
 * The driver's side of synchronous training: broadcast, one barrier stage, compare, and again; what
 * fails for the cluster's sake is done again.
 */
final class AllReduceLoop implements AutoCloseable {
  private final JavaSparkContext sc;
  private final AllReduceSettings settings;
  private final Retries retries;
  private final Precision precision;
  private final NetworkSource source;
  private final ParameterLayout layout;
  private TrainingState state;

  AllReduceLoop(
      JavaSparkContext sc,
      TrainingState start,
      AllReduceSettings settings,
      Retries retries,
      Precision precision) {
    this.sc = sc;
    this.settings = settings;
    this.retries = retries;
    this.precision = precision;
    ComputationGraph graph = start.toGraph();
    this.layout = ParameterLayout.of(graph);
    this.state = TrainingState.of(graph);
    this.source = NetworkSource.of(sc, state);
  }

  /** Returns where training stands. */
  TrainingState state() {
    return state;
  }

  /** Counts an epoch as completed. */
  void endEpoch() {
    state = state.afterEpoch();
  }

  /**
   * Trains one segment of the current epoch on all workers together.
   *
   * @param shares one in every partition; a barrier stage must be able to run on them
   * @param from the first step, counted within the epoch
   * @param to the step after the last
   * @throws TrainingException when a loss or a parameter is not finite, the workers' networks
   *     differ, or the stage failed too often
   */
  <S> WorkerResult run(
      JavaRDD<S> shares,
      WorkerBatches.Opener<S> opener,
      String stage,
      long seed,
      int from,
      int to) {
    Segment segment =
        new Segment(stage, seed, state.epoch(), state.iteration(), from, to, precision);
    WorkerResult result =
        retries.run(
            "epoch " + state.epoch() + " of " + stage, () -> attempt(shares, opener, segment));
    state = segment.end(state, result, layout);
    return result;
  }

  private <S> WorkerResult attempt(
      JavaRDD<S> shares, WorkerBatches.Opener<S> opener, Segment segment) {
    source.advance(sc, layout.moving(state.parameters()), state.updaterState());
    sc.setJobDescription(
        String.format(
            "%s: epoch %d, steps %d to %d, all-reduce",
            segment.stage(), segment.epoch(), segment.from(), segment.to()));
    List<RankResult> ranks;
    try {
      ranks =
          BarrierStage.collect(
              sc,
              shares,
              RankResult.class,
              new AllReduceTask<>(source, layout, opener, segment, settings.withNewToken()));
    } catch (Exception e) {
      throw Failures.of("go on with " + segment.stage(), e);
    } finally {
      sc.setJobDescription(null);
    }
    return RankResult.together(ranks, segment.to() - segment.from());
  }

  /** Destroys the broadcasts. */
  @Override
  public void close() {
    source.close();
  }
}
