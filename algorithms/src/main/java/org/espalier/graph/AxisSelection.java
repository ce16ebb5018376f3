package org.espalier.graph;

import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Takes some indices of some axes of an array, in any order. */
final class AxisSelection {
  private AxisSelection() {}

  /**
   * Returns a new array.
   *
   * @param array the array; not changed
   * @param indices the indices of each axis; null for all; the axes at the end may be missing
   */
  static INDArray select(INDArray array, int[]... indices) {
    INDArray result = array.dup('c');
    for (int axis = 0; axis < indices.length; axis++) {
      if (indices[axis] != null) {
        result = select(result, axis, indices[axis]);
      }
    }
    return result;
  }

  /** Sets the numbers at some indices of an axis to zero. */
  static void clear(INDArray array, int axis, int... indices) {
    int width = Math.toIntExact(array.size(axis));
    int inner = inner(array, axis);
    double[] values = array.dup('c').data().asDouble();
    for (int start = 0; start < values.length; start += width * inner) {
      for (int index : indices) {
        Arrays.fill(values, start + index * inner, start + (index + 1) * inner, 0);
      }
    }
    array.assign(Nd4j.createFromArray(values).castTo(array.dataType()).reshape('c', array.shape()));
  }

  /** Copies runs of numbers in plain loops: ND4J's own gather is not safe on every shape. */
  private static INDArray select(INDArray array, int axis, int... indices) {
    long[] shape = array.shape().clone(); // ND4J hands out its own
    int inner = inner(array, axis);
    int width = Math.toIntExact(shape[axis]);
    int outer = Math.toIntExact(array.length() / width / inner);
    double[] from = array.dup('c').data().asDouble();
    double[] to = new double[outer * indices.length * inner];
    for (int o = 0; o < outer; o++) {
      for (int k = 0; k < indices.length; k++) {
        System.arraycopy(
            from, (o * width + indices[k]) * inner, to, (o * indices.length + k) * inner, inner);
      }
    }
    shape[axis] = indices.length;
    return Nd4j.createFromArray(to).castTo(array.dataType()).reshape('c', shape);
  }

  /** How many numbers lie between an index of an axis and the next. */
  private static int inner(INDArray array, int axis) {
    int inner = 1;
    for (int i = axis + 1; i < array.rank(); i++) {
      inner *= Math.toIntExact(array.size(i));
    }
    return inner;
  }
}
