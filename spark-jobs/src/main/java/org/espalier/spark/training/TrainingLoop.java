package org.espalier.spark.training;

import java.util.concurrent.Callable;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.espalier.nn.DerivedParameters;
import org.espalier.nn.ParameterLayout;
import org.espalier.nn.fused.Precision;

/** The driver's side of training: broadcast, one Spark job, combine, and again. */
abstract class TrainingLoop implements AutoCloseable {
  private final JavaSparkContext sc;
  private final Precision precision;
  private final NetworkSource source;
  private final ParameterLayout layout;
  private final DerivedParameters derived;
  private TrainingState state;

  TrainingLoop(JavaSparkContext sc, TrainingState start, Precision precision) {
    this.sc = sc;
    this.precision = precision;
    this.state = start.normalised();
    ComputationGraph graph = state.toGraph();
    this.layout = ParameterLayout.of(graph);
    this.derived = DerivedParameters.of(graph);
    this.source = NetworkSource.of(sc, state);
  }

  /** Has the workers train a segment from the loop's state, and combines what they give back. */
  abstract <S> WorkerResult train(
      JavaRDD<S> shares, WorkerBatches.Opener<S> opener, Segment segment);

  final JavaSparkContext sc() {
    return sc;
  }

  final NetworkSource source() {
    return source;
  }

  final ParameterLayout layout() {
    return layout;
  }

  /** Returns where training stands. */
  final TrainingState state() {
    return state;
  }

  /** Counts an epoch as completed. */
  final void endEpoch() {
    state = state.afterEpoch();
  }

  /**
   * Trains one segment of the current epoch.
   *
   * @param shares one in every partition
   * @param from the first step, counted within the epoch
   * @param to the step after the last
   * @return what was done; its steps may be fewer where the segment had a time limit
   * @throws TrainingException when a loss or a parameter is not finite, or the Spark job fails
   */
  final <S> EpochSums run(
      JavaRDD<S> shares,
      WorkerBatches.Opener<S> opener,
      String stage,
      long seed,
      int from,
      int to) {
    long began = System.nanoTime();
    Segment segment =
        new Segment(stage, seed, state.epoch(), state.iteration(), from, to, precision);
    WorkerResult result = train(shares, opener, segment);
    EpochSums sums = EpochSums.of(result, (System.nanoTime() - began) / 1e9);
    if (sums.images() > 0) {
      state = segment.end(state, result, layout, derived, sums);
    }
    return sums;
  }

  /** Broadcasts the state to those who train a segment. */
  final void advance() {
    source.advance(sc, layout.moving(state.parameters()), state.updaterState());
  }

  /** Does the work of a Spark job under a description; its failure is told in a sentence. */
  final <T> T described(Segment segment, Callable<T> job) {
    sc.setJobDescription(
        String.format(
            "%s: epoch %d, steps %d to %d",
            segment.stage(), segment.epoch(), segment.from(), segment.to()));
    try {
      return job.call();
    } catch (Exception e) {
      throw Failures.of("go on with " + segment.stage(), e);
    } finally {
      sc.setJobDescription(null);
    }
  }

  /** Destroys the broadcasts. */
  @Override
  public void close() {
    source.close();
  }
}
