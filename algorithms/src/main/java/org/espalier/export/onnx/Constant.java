package org.espalier.export.onnx;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.stream.IntStream;
import onnx.Onnx.TensorProto;

/** Numbers that a file holds. */
final class Constant {
  private final double[] values;
  private final long[] shape;

  /**
   * Numbers.
   *
   * @param values the numbers, the last axis fastest; integers up to 2^53 are exact
   * @param shape the shape; empty for a single number
   */
  private Constant(double[] values, long... shape) {
    this.values = values;
    this.shape = shape;
  }

  /** Reads a tensor of the file. */
  static Constant of(TensorProto tensor) throws OnnxException {
    if (tensor.getDataLocation() == TensorProto.DataLocation.EXTERNAL) {
      throw error(tensor, "lies in another file; weights must be within the ONNX file");
    }
    TensorProto.DataType type = TensorProto.DataType.forNumber(tensor.getDataType());
    double[] values = tensor.getRawData().isEmpty() ? listed(tensor, type) : raw(tensor, type);
    long[] shape = tensor.getDimsList().stream().mapToLong(Long::longValue).toArray();
    if (!holds(shape, values.length)) {
      throw error(
          tensor, "has %d numbers for shape %s".formatted(values.length, Arrays.toString(shape)));
    }
    return new Constant(values, shape);
  }

  private static boolean holds(long[] shape, int count) {
    long product = 1;
    for (long size : shape) {
      if (size < 0 || size > Integer.MAX_VALUE) {
        return false;
      }
      product *= size;
      if (product > Integer.MAX_VALUE) {
        return false;
      }
    }
    return product == count;
  }

  private static OnnxException error(TensorProto tensor, String reason) {
    return new OnnxException("tensor " + tensor.getName() + " " + reason);
  }

  private static OnnxException unknown(TensorProto tensor, TensorProto.DataType type) {
    return error(
        tensor,
        "is of type %s; FLOAT, DOUBLE, INT32 and INT64 are supported"
            .formatted(type == null ? tensor.getDataType() : type));
  }

  private static double[] listed(TensorProto tensor, TensorProto.DataType type)
      throws OnnxException {
    return switch (type == null ? TensorProto.DataType.UNDEFINED : type) {
      case FLOAT -> tensor.getFloatDataList().stream().mapToDouble(Float::doubleValue).toArray();
      case DOUBLE -> tensor.getDoubleDataList().stream().mapToDouble(Double::doubleValue).toArray();
      case INT32 -> tensor.getInt32DataList().stream().mapToDouble(Integer::doubleValue).toArray();
      case INT64 -> tensor.getInt64DataList().stream().mapToDouble(Long::doubleValue).toArray();
      default -> throw unknown(tensor, type);
    };
  }

  private static double[] raw(TensorProto tensor, TensorProto.DataType type) throws OnnxException {
    ByteBuffer bytes = tensor.getRawData().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    int size =
        switch (type == null ? TensorProto.DataType.UNDEFINED : type) {
          case FLOAT, INT32 -> Integer.BYTES;
          case DOUBLE, INT64 -> Long.BYTES;
          default -> throw unknown(tensor, type);
        };
    if (bytes.remaining() % size != 0) {
      throw error(tensor, "ends within a number (" + bytes.remaining() + " bytes)");
    }
    double[] values = new double[bytes.remaining() / size];
    for (int i = 0; i < values.length; i++) {
      values[i] =
          switch (type) {
            case FLOAT -> bytes.getFloat();
            case INT32 -> bytes.getInt();
            case DOUBLE -> bytes.getDouble();
            default -> bytes.getLong();
          };
    }
    return values;
  }

  double[] values() {
    return values;
  }

  long[] shape() {
    return shape;
  }

  int rank() {
    return shape.length;
  }

  int length() {
    return values.length;
  }

  float[] floats() {
    float[] floats = new float[values.length];
    IntStream.range(0, floats.length).forEach(i -> floats[i] = (float) values[i]);
    return floats;
  }

  long[] longs() {
    return Arrays.stream(values).mapToLong(value -> (long) value).toArray();
  }

  /** The same numbers with a factor. */
  Constant times(double factor) {
    return new Constant(Arrays.stream(values).map(value -> value * factor).toArray(), shape);
  }
}
