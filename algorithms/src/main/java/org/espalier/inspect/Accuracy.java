package org.espalier.inspect;

import org.deeplearning4j.nn.graph.ComputationGraph;
import org.espalier.graph.Predictor;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;

/**
 * How well a network predicts.
 *
 * @param images the number of images judged
 * @param top1 the share of images whose class had the highest probability, 0 to 1
 * @param top5 the share of images whose class was among the five most probable, 0 to 1
 */
public record Accuracy(long images, double top1, double top5) {
  private static final int FIVE = 5;

  /**
   * Measures in this process.
   *
   * @param graph an initialised network; not changed
   * @param batches images in the shape that it takes, and one-hot labels [N, classes]
   * @param threads threads of the measurement, at least 1
   * @throws IllegalArgumentException when there are no images
   */
  public static Accuracy of(ComputationGraph graph, Iterable<DataSet> batches, int threads) {
    long images = 0;
    long top1 = 0;
    long top5 = 0;
    try (Predictor predictor = new Predictor(graph, threads)) {
      for (DataSet batch : batches) {
        INDArray probabilities = predictor.probabilities(batch.getFeatures());
        int classes = (int) probabilities.size(1);
        float[] said = Activations.values(probabilities);
        int[] labels = batch.getLabels().argMax(1).toIntVector();
        for (int row = 0; row < labels.length; row++) {
          int rank = Predictor.rank(said, row * classes, classes, labels[row]);
          top1 += rank < 1 ? 1 : 0;
          top5 += rank < FIVE ? 1 : 0;
        }
        images += labels.length;
      }
    }
    if (images == 0) {
      throw new IllegalArgumentException("Cannot measure accuracy: there are no images");
    }
    return new Accuracy(images, (double) top1 / images, (double) top5 / images);
  }
}
