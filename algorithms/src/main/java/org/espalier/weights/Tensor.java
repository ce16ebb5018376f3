package org.espalier.weights;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * One tensor of a weights file: element type, shape, and values in row-major order.
 *
 * <p>Immutable. A tensor holds the bytes as the file has them (little-endian), and converts on
 * demand.
 */
public final class Tensor {
  private final ElementType type;
  private final long[] shape;
  private final byte[] data;

  /**
   * A tensor over bytes that nobody else changes; the caller has checked that type, shape and
   * length agree.
   */
  Tensor(ElementType type, long[] shape, byte[] data) {
    this.type = type;
    this.shape = shape;
    this.data = data;
  }

  /**
   * A tensor with the values of an array, copied.
   *
   * @param array an array of type FLOAT, DOUBLE or INT64, of any ordering
   * @throws IllegalArgumentException where the array is of another type or too large
   */
  public static Tensor of(INDArray array) {
    ElementType type =
        switch (array.dataType()) {
          case FLOAT -> ElementType.F32;
          case DOUBLE -> ElementType.F64;
          case LONG -> ElementType.I64;
          default ->
              throw new IllegalArgumentException(
                  "Cannot make a tensor: arrays of FLOAT, DOUBLE and LONG are written ("
                      + array.dataType()
                      + ")");
        };
    long size = array.length() * type.bytes();
    if (size > SafeTensorsHeader.LARGEST_TENSOR) {
      throw new IllegalArgumentException(
          "Cannot make a tensor: it is larger than 2 GiB (" + size + " bytes)");
    }
    ByteBuffer data = ByteBuffer.allocate((int) size).order(ByteOrder.LITTLE_ENDIAN);
    if (size > 0) {
      INDArray flat = array.dup('c');
      switch (type) {
        case F32 -> data.asFloatBuffer().put(flat.data().asFloat());
        case F64 -> data.asDoubleBuffer().put(flat.data().asDouble());
        default -> data.asLongBuffer().put(flat.data().asLong());
      }
    }
    return new Tensor(type, array.shape().clone(), data.array());
  }

  /** The type of the elements. */
  public ElementType type() {
    return type;
  }

  /** The size of each dimension; empty for a scalar. */
  public long[] shape() {
    return shape.clone();
  }

  /** The number of elements. */
  public long length() {
    return data.length / type.bytes();
  }

  /** The bytes as a file has them, shared and read-only. */
  ByteBuffer bytes() {
    return ByteBuffer.wrap(data).asReadOnlyBuffer();
  }

  /**
   * The values as a new array of this shape in row-major order, of type {@link
   * ElementType#dataType()}.
   */
  public INDArray toINDArray() {
    if (data.length == 0) {
      return Nd4j.create(type.dataType(), shape);
    }
    ByteBuffer bytes = ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN);
    int n = data.length / type.bytes();
    return values(bytes, n).reshape('c', shape);
  }

  private INDArray values(ByteBuffer bytes, int n) {
    switch (type) {
      case F64:
        double[] doubles = new double[n];
        bytes.asDoubleBuffer().get(doubles);
        return Nd4j.createFromArray(doubles);
      case F32:
        float[] floats = new float[n];
        bytes.asFloatBuffer().get(floats);
        return Nd4j.createFromArray(floats);
      case F16:
      case BF16:
        float[] widened = new float[n];
        for (int i = 0; i < n; i++) {
          short bits = bytes.getShort();
          widened[i] =
              type == ElementType.BF16 ? Float.intBitsToFloat(bits << 16) : halfToFloat(bits);
        }
        return Nd4j.createFromArray(widened);
      case I64:
        long[] longs = new long[n];
        bytes.asLongBuffer().get(longs);
        return Nd4j.createFromArray(longs);
      case I32:
        int[] ints = new int[n];
        bytes.asIntBuffer().get(ints);
        return Nd4j.createFromArray(ints);
      case I16:
        short[] shorts = new short[n];
        bytes.asShortBuffer().get(shorts);
        return Nd4j.createFromArray(shorts);
      case I8:
        return Nd4j.createFromArray(data.clone());
      case U8:
        int[] unsigned = new int[n];
        Arrays.setAll(unsigned, i -> data[i] & 0xff);
        return Nd4j.createFromArray(unsigned).castTo(DataType.UINT8);
      case BOOL:
        boolean[] booleans = new boolean[n];
        for (int i = 0; i < n; i++) {
          booleans[i] = data[i] != 0;
        }
        return Nd4j.createFromArray(booleans);
    }
    throw new AssertionError(type);
  }

  /**
   * Widens an IEEE 754 half-precision number: 1 sign bit, 5 exponent bits (bias 15), 10 fraction
   * bits.
   */
  private static float halfToFloat(short bits) {
    int sign = (bits & 0x8000) << 16;
    int exponent = (bits >> 10) & 0x1f;
    int fraction = bits & 0x3ff;
    if (exponent == 0) {
      float subnormal = fraction * 0x1p-24f;
      return sign == 0 ? subnormal : -subnormal;
    }
    int widenedExponent = exponent == 0x1f ? 0xff : exponent - 15 + 127;
    return Float.intBitsToFloat(sign | widenedExponent << 23 | fraction << 13);
  }

  @Override
  public String toString() {
    return type + Arrays.toString(shape);
  }
}
