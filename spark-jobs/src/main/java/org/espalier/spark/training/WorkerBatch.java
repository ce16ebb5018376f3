package org.espalier.spark.training;

import java.util.List;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/**
 * What a worker trains on in one step.
 *
 * @param data the network's inputs and labels; the worker's own
 * @param images the examples that count: those that weigh in averages and whose predictions are
 *     judged; they are the first rows of the data
 */
record WorkerBatch(MultiDataSet data, int images) {

  /**
   * Returns several as one.
   *
   * @throws TrainingException when one has rows that do not count
   */
  static WorkerBatch together(List<WorkerBatch> batches) {
    if (batches.size() == 1) {
      return batches.get(0);
    }
    int images = 0;
    for (WorkerBatch batch : batches) {
      if (batch.images != batch.data.getFeatures(0).size(0)) {
        throw new TrainingException(
            "Cannot put workers' batches together: one has rows besides its examples");
      }
      images += batch.images;
    }
    return new WorkerBatch(
        org.nd4j.linalg.dataset.MultiDataSet.merge(
            batches.stream().map(WorkerBatch::data).toList()),
        images);
  }
}
