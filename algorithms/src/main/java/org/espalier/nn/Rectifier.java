package org.espalier.nn;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.transforms.custom.Max;
import org.nd4j.linalg.factory.Nd4j;

/** ReLU in plain array operations, for the stock path. */
final class Rectifier {
  private Rectifier() {}

  /** Sets negative values to zero, in place. */
  static INDArray forward(INDArray values) {
    Nd4j.exec(new Max(values, Nd4j.scalar(values.dataType(), 0), values));
    return values;
  }

  /** Writes into {@code result} the gradient where the output was positive, and zero elsewhere. */
  static void backward(INDArray epsilon, INDArray output, INDArray result) {
    result.assign(epsilon).muli(output.gt(0).castTo(result.dataType()));
  }
}
