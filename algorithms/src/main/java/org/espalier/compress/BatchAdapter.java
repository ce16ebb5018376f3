package org.espalier.compress;

import java.io.Serializable;
import java.util.SplittableRandom;
import org.espalier.data.batch.Batch;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Makes of a batch of images what a network in training form is fed.
 *
 * <p>An adapter travels to executors; it holds no state that changes.
 */
public interface BatchAdapter extends Serializable {

  /**
   * Makes the data set of one training step.
   *
   * @param batch the images and their labels; not changed
   * @param classes the number of classes
   * @param random the stream of this step, for whatever is drawn
   * @return features [rows, H, W, C], float, and one-hot labels [rows, classes]
   * @throws IllegalArgumentException when a label is not below {@code classes}, or the adapter
   *     cannot serve a batch of this size or shape
   */
  DataSet adapt(Batch batch, int classes, SplittableRandom random);

  /** Returns the adapter that passes images and labels on as they are. */
  static BatchAdapter plain() {
    return (batch, classes, random) ->
        new DataSet(
            Nd4j.createFromArray(batch.features())
                .reshape(
                    'c',
                    batch.size(),
                    batch.shape().height(),
                    batch.shape().width(),
                    batch.shape().channels()),
            oneHot(batch.labels(), classes));
  }

  /**
   * Returns labels as rows with a single one.
   *
   * @return float [labels.length, classes]
   */
  static INDArray oneHot(int[] labels, int classes) {
    float[] rows = new float[labels.length * classes];
    for (int i = 0; i < labels.length; i++) {
      if (labels[i] < 0 || labels[i] >= classes) {
        throw new IllegalArgumentException(
            String.format(
                "Cannot encode a label: there are %d classes (label %d)", classes, labels[i]));
      }
      rows[i * classes + labels[i]] = 1;
    }
    return Nd4j.create(rows, new long[] {labels.length, classes}, DataType.FLOAT);
  }
}
