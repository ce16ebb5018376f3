package org.espalier.weights;

import org.nd4j.linalg.api.buffer.DataType;

/**
 * The element types of safetensors, under the names that the format gives them.
 *
 * <p>Each has the ND4J type that its values are given in: half-precision floats are widened to
 * {@code FLOAT}, which holds them exactly; every other type has its own counterpart.
 */
public enum ElementType {
  /** 64-bit float. */
  F64(8, DataType.DOUBLE),
  /** 32-bit float. */
  F32(4, DataType.FLOAT),
  /** 16-bit float (IEEE half precision). */
  F16(2, DataType.FLOAT),
  /** 16-bit float with the exponent of a 32-bit one. */
  BF16(2, DataType.FLOAT),
  /** 64-bit signed integer. */
  I64(8, DataType.INT64),
  /** 32-bit signed integer. */
  I32(4, DataType.INT32),
  /** 16-bit signed integer. */
  I16(2, DataType.INT16),
  /** 8-bit signed integer. */
  I8(1, DataType.INT8),
  /** 8-bit unsigned integer. */
  U8(1, DataType.UINT8),
  /** One byte, zero for false. */
  BOOL(1, DataType.BOOL);

  private final int bytes;
  private final DataType dataType;

  ElementType(int bytes, DataType dataType) {
    this.bytes = bytes;
    this.dataType = dataType;
  }

  /** Bytes that one element takes in a file. */
  public int bytes() {
    return bytes;
  }

  /** The ND4J type that the values are given in. */
  public DataType dataType() {
    return dataType;
  }

  /** Whether the elements are floating-point numbers. */
  public boolean isFloatingPoint() {
    return dataType.isFPType();
  }
}
