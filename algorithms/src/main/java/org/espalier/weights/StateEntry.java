package org.espalier.weights;

import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * One tensor of a network's state_dict: its name, and the parameter that it is a view of.
 *
 * @param name PyTorch's name
 * @param parameter the network's own memory
 * @param layout how the two differ
 */
record StateEntry(String name, INDArray parameter, Layout layout) {

  /** How a parameter's memory maps to PyTorch's tensor. */
  sealed interface Layout {}

  /** The same shape in row-major order: convolution weights [out, in, height, width]. */
  record Same() implements Layout {}

  /** One row against a vector: [1, channels] against [channels]. */
  record Vector() implements Layout {}

  /** [in, out] against [out, in]. */
  record Transposed() implements Layout {}

  /**
   * [height * width * channels, out] against [out, channels * height * width]: a dense layer behind
   * a flattened map, which Deeplearning4j flattens as it lies in memory (NHWC) and PyTorch as NCHW.
   */
  record Flattened(long height, long width, long channels) implements Layout {}

  /** The shape of PyTorch's tensor. */
  long[] shape() {
    if (layout instanceof Same) {
      return parameter.shape();
    }
    return layout instanceof Vector
        ? new long[] {parameter.length()}
        : new long[] {parameter.size(1), parameter.size(0)};
  }

  /** The parameter's values as PyTorch has them, copied. */
  INDArray values() {
    INDArray copy = parameter.dup('c');
    if (layout instanceof Flattened map) {
      copy =
          copy.reshape('c', map.height, map.width, map.channels, parameter.size(1))
              .permute(3, 2, 0, 1)
              .dup('c');
    } else if (layout instanceof Transposed) {
      copy = copy.transpose().dup('c');
    }
    return copy.reshape('c', shape());
  }

  /** Writes PyTorch's values into the parameter. */
  void assign(INDArray values) {
    INDArray own = values.castTo(parameter.dataType());
    if (layout instanceof Flattened map) {
      own =
          own.reshape('c', own.size(0), map.channels, map.height, map.width)
              .permute(2, 3, 1, 0)
              .dup('c');
    } else if (layout instanceof Transposed) {
      own = own.transpose();
    }
    parameter.assign(own.dup('c').reshape('c', parameter.shape()));
  }

  /** Whether a tensor has this entry's shape. */
  boolean fits(Tensor tensor) {
    return Arrays.equals(shape(), tensor.shape());
  }
}
