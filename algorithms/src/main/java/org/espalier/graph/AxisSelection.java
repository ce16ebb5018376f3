package org.espalier.graph;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Takes some indices of some axes of an array. */
final class AxisSelection {
  private AxisSelection() {}

  /**
   * Returns a new array.
   *
   * @param array the array; not changed
   * @param indices the indices of each axis; null, or missing at the end, for all
   */
  static INDArray select(INDArray array, int[]... indices) {
    INDArray result = array;
    for (int axis = 0; axis < array.rank(); axis++) {
      if (axis < indices.length
          && indices[axis] != null
          && indices[axis].length < array.size(axis)) {
        result = select(result, axis, indices[axis]);
      }
    }
    return result == array ? array.dup('c') : result;
  }

  /** Copies runs of numbers in plain loops: ND4J's own gather is not safe on every shape. */
  private static INDArray select(INDArray array, int axis, int... indices) {
    long[] shape = array.shape().clone(); // ND4J hands out its own
    int inner = 1;
    for (int i = axis + 1; i < shape.length; i++) {
      inner *= Math.toIntExact(shape[i]);
    }
    int width = Math.toIntExact(shape[axis]);
    int outer = Math.toIntExact(array.length() / width / inner);
    INDArray flat = array.dup('c').reshape(array.length());
    shape[axis] = indices.length;
    return switch (array.dataType()) {
      case DOUBLE -> {
        double[] to = new double[outer * indices.length * inner];
        copy(flat.data().asDouble(), to, outer, width, inner, indices);
        yield Nd4j.createFromArray(to).reshape('c', shape);
      }
      default -> {
        float[] to = new float[outer * indices.length * inner];
        copy(
            flat.castTo(org.nd4j.linalg.api.buffer.DataType.FLOAT).data().asFloat(),
            to,
            outer,
            width,
            inner,
            indices);
        yield Nd4j.createFromArray(to).castTo(array.dataType()).reshape('c', shape);
      }
    };
  }

  @SuppressWarnings("SuspiciousSystemArraycopy") // both are arrays of the same numbers
  private static void copy(
      Object from, Object to, int outer, int width, int inner, int... indices) {
    for (int o = 0; o < outer; o++) {
      for (int k = 0; k < indices.length; k++) {
        System.arraycopy(
            from, (o * width + indices[k]) * inner, to, (o * indices.length + k) * inner, inner);
      }
    }
  }
}
