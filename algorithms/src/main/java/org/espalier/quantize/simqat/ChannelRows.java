package org.espalier.quantize.simqat;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** NHWC images seen as a matrix with a column for each channel, and numbers for each column. */
final class ChannelRows {
  private ChannelRows() {}

  /** Returns a matrix of the same memory where the images are dense. */
  static INDArray of(INDArray images, int channels) {
    return images.reshape('c', images.length() / channels, channels);
  }

  static double[] sums(INDArray rows) {
    return rows.sum(0).toDoubleVector();
  }

  static double[] means(INDArray rows) {
    return rows.mean(0).toDoubleVector();
  }

  /** Returns variances of the rows themselves, not of what they are a sample of. */
  static double[] variances(INDArray rows) {
    return rows.var(false, 0).toDoubleVector();
  }

  /** Multiplies columns in place. */
  static INDArray scale(INDArray rows, double[] by) {
    return rows.muliRowVector(row(rows, by));
  }

  /** Adds to columns in place. */
  static INDArray shift(INDArray rows, double[] by) {
    return rows.addiRowVector(row(rows, by));
  }

  private static INDArray row(INDArray rows, double[] values) {
    return Nd4j.createFromArray(values).castTo(rows.dataType());
  }
}
