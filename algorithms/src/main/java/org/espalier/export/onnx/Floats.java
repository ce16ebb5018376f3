package org.espalier.export.onnx;

import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Numbers of arrays in the order in which ONNX has them. */
final class Floats {
  private Floats() {}

  /** All numbers, the last axis fastest. */
  static float[] of(INDArray array) {
    return array.castTo(DataType.FLOAT).dup('c').data().asFloat();
  }
}
