package org.espalier.spark.training;

import java.io.Serializable;
import org.espalier.graph.Predictor;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Exact sums over images: whole numbers, so that neither order nor partitioning matters.
 *
 * <p>Each image's loss is rounded to a multiple of 2^-32 before it is added.
 */
final class EvaluationSums implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final double LOSS_UNIT = 1L << 32;

  private long images;
  private long top1;
  private long top5;
  private long lossUnits;
  private boolean damaged;

  /**
   * Adds a batch.
   *
   * @param probabilities [images, classes]
   * @param labels the right class of each row
   */
  void add(INDArray probabilities, int[] labels) {
    int classes = (int) probabilities.size(1);
    float[] values = probabilities.ravel().toFloatVector();
    for (float value : values) {
      damaged |= Float.isNaN(value);
    }
    for (int row = 0; row < labels.length; row++) {
      int rank = Predictor.rank(values, row * classes, classes, labels[row]);
      top1 += rank < 1 ? 1 : 0;
      top5 += rank < 5 ? 1 : 0;
      double probability = Math.max(values[row * classes + labels[row]], Float.MIN_VALUE);
      lossUnits += Math.round(-Math.log(probability) * LOSS_UNIT);
    }
    images += labels.length;
  }

  /** Adds another's sums; returns this. */
  EvaluationSums plus(EvaluationSums other) {
    images += other.images;
    top1 += other.top1;
    top5 += other.top5;
    lossUnits += other.lossUnits;
    damaged |= other.damaged;
    return this;
  }

  /**
   * Returns shares and means.
   *
   * @throws TrainingException when a probability was not a number
   */
  Evaluation result() {
    if (damaged) {
      throw new TrainingException(
          "Cannot evaluate: the network's output is not a number; its parameters are damaged");
    }
    return new Evaluation(
        images, (double) top1 / images, (double) top5 / images, lossUnits / LOSS_UNIT / images);
  }
}
