package org.espalier.spark.training;

import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.espalier.nn.ParameterLayout;
import org.espalier.nn.fused.Precision;

/** Local SGD: workers train on their own, their copies are combined in a tree. */
final class AveragingLoop extends TrainingLoop {
  private final int depth;

  AveragingLoop(JavaSparkContext sc, TrainingState start, int depth, Precision precision) {
    super(sc, start, precision);
    this.depth = depth;
  }

  @Override
  <S> WorkerResult train(JavaRDD<S> shares, WorkerBatches.Opener<S> opener, Segment segment) {
    advance();
    ParameterLayout parameters = layout();
    ParameterLayout updater = ParameterLayout.means(state().updaterState().length);
    WorkerResult result =
        described(
            segment,
            () ->
                DyadicReduce.reduce(
                    shares.mapPartitionsWithIndex(
                        new SegmentTask<>(source(), parameters, opener, segment), true),
                    depth,
                    (left, right) -> left.plus(right, parameters, updater)));
    if (result.failure() != null) {
      throw new TrainingException(result.failure());
    }
    return result;
  }
}
