package org.espalier.spark.training;

import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.espalier.nn.ParameterLayout;
import org.espalier.nn.fused.Precision;

/**
 * The driver's side of local SGD: broadcast, one Spark job, combine, and again.
 *
 * <p>Both {@link AveragingTrainer} and {@link AveragingTrainingMaster} run on it.
 */
final class AveragingLoop implements AutoCloseable {
  private final JavaSparkContext sc;
  private final int depth;
  private final Precision precision;
  private final NetworkSource source;
  private final ParameterLayout layout;
  private final ParameterLayout updaterLayout;
  private TrainingState state;

  AveragingLoop(JavaSparkContext sc, TrainingState start, int depth, Precision precision) {
    this.sc = sc;
    this.depth = depth;
    this.precision = precision;
    ComputationGraph graph = start.toGraph();
    this.layout = ParameterLayout.of(graph);
    this.state = TrainingState.of(graph);
    this.updaterLayout = ParameterLayout.means(state.updaterState().length);
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
   * Trains one segment of the current epoch on every worker and combines what they give back.
   *
   * @param from the first step, counted within the epoch
   * @param to the step after the last
   * @throws TrainingException when a worker's loss or a combined parameter is not finite
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
    source.advance(sc, layout.moving(state.parameters()), state.updaterState());
    ParameterLayout parameters = layout;
    ParameterLayout updater = updaterLayout;
    WorkerResult result;
    sc.setJobDescription(
        String.format("%s: epoch %d, steps %d to %d", stage, state.epoch(), from, to));
    try {
      result =
          DyadicReduce.reduce(
              shares.mapPartitionsWithIndex(
                  new SegmentTask<>(source, layout, opener, segment), true),
              depth,
              (left, right) -> left.plus(right, parameters, updater));
    } catch (Exception e) {
      throw Failures.of("go on with " + stage, e);
    } finally {
      sc.setJobDescription(null);
    }
    if (result.failure() != null) {
      throw new TrainingException(result.failure());
    }
    if (result.parameters().weight() > 0) {
      state = segment.end(state, result, layout);
    }
    return result;
  }

  /** Destroys the broadcasts. */
  @Override
  public void close() {
    source.close();
  }
}
