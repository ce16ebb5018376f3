package org.espalier.spark.training;

import java.io.Serializable;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.espalier.data.RandomStreams;
import org.espalier.nn.DerivedParameters;
import org.espalier.nn.ParameterLayout;
import org.espalier.nn.ParameterRange;
import org.espalier.nn.fused.Precision;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The steps between two combinations of the workers' networks.
 *
 * @param stage the stage's name
 * @param seed the seed of the layers' own random numbers, such as dropout
 * @param epoch the epoch, counted from 0
 * @param iteration the network's step count at the start
 * @param from the first step of the segment, counted within the epoch
 * @param to the step after the last
 * @param precision what workers compute with
 */
record Segment(
    String stage, long seed, int epoch, int iteration, int from, int to, Precision precision)
    implements Serializable {

  /** Sets a worker's network to where the segment begins. */
  void begin(ComputationGraph graph) {
    graph.getConfiguration().setEpochCount(epoch);
    graph.getConfiguration().setIterationCount(iteration);
  }

  /** Sets the random numbers of this thread's layers to those of a worker from a step on. */
  void seed(int worker, int step) {
    Nd4j.getRandom()
        .setSeed(RandomStreams.of(seed, "layers/" + stage, epoch, worker, step).nextLong());
  }

  /** Says that the loss of a step is not finite. */
  String diverged(double loss, String where) {
    return String.format(
        "Cannot go on with %s: the loss became %s (%s); a smaller learning rate may help",
        stage, loss, where);
  }

  /**
   * Returns the state after what the workers did, combined.
   *
   * @param layout that of the parameters
   * @param derived which of them follow from others
   * @param sums what they did
   * @throws TrainingException when a parameter is not finite
   */
  TrainingState end(
      TrainingState state,
      WorkerResult result,
      ParameterLayout layout,
      DerivedParameters derived,
      EpochSums sums) {
    float[] combined = state.parameters().clone();
    layout.put(result.parameters().values(layout), combined);
    float[] full = derived.recomputed(combined);
    checkFinite(layout.moving(full), layout);
    return state.after(
        sums,
        full,
        result.updaterState().values(ParameterLayout.means(state.updaterState().length)));
  }

  private void checkFinite(float[] moving, ParameterLayout layout) {
    for (ParameterRange range : layout.movingRanges()) {
      for (int i = range.offset(); i < range.offset() + range.length(); i++) {
        if (!Float.isFinite(moving[i])) {
          throw new TrainingException(
              String.format(
                  "Cannot go on with %s: parameter %s became %s (epoch %d, before step %d);"
                      + " a smaller learning rate may help",
                  stage, range.name(), moving[i], epoch, to));
        }
      }
    }
  }

  @Override
  public String toString() {
    return String.format("steps %d to %d of epoch %d of %s", from, to, epoch, stage);
  }
}
