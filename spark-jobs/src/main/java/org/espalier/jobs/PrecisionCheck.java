package org.espalier.jobs;

import org.deeplearning4j.nn.graph.ComputationGraph;
import org.espalier.data.ImageShape;
import org.espalier.jobs.config.TrainingConfig;
import org.espalier.nn.fused.FusedTraining;
import org.espalier.nn.fused.Precision;
import org.espalier.spark.training.CompiledTraining;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Finds out before Spark starts whether a network can be trained in the precision asked for.
 *
 * <p>Where tasks run on other machines, those find out.
 */
final class PrecisionCheck {
  private final JobContext context;
  private final ImageShape shape;

  private PrecisionCheck(JobContext context, ImageShape shape) {
    this.context = context;
    this.shape = shape;
  }

  /** Returns the check for a job's images. */
  static PrecisionCheck of(JobContext context, Images images) {
    return new PrecisionCheck(context, images.set().shape());
  }

  /**
   * Checks a training.
   *
   * @param network it, or one of the same kinds of layers; not changed
   * @throws org.espalier.spark.training.TrainingException when the precision cannot be had
   */
  void check(TrainingConfig training, ComputationGraph network) {
    if (training.precision() != Precision.FLOAT32) {
      check(training.precision(), Models.trainable(network, training));
    }
  }

  /**
   * Checks a training.
   *
   * @param network what is to be trained, its updater included; not changed
   * @throws org.espalier.spark.training.TrainingException when the precision cannot be had
   */
  void check(Precision precision, ComputationGraph network) {
    if (precision == Precision.FLOAT32 || !context.isLocal()) {
      return;
    }
    CompiledTraining.of(
            network,
            Nd4j.zeros(DataType.FLOAT, 1, shape.height(), shape.width(), shape.channels()),
            precision,
            1)
        .compiled()
        .ifPresent(FusedTraining::close);
  }
}
