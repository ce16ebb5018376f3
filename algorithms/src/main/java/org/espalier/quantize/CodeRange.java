package org.espalier.quantize;

import java.io.Serializable;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * The integers that a quantised number may be.
 *
 * @param bits their width, from 2 to 8
 * @param signed whether they lie around zero: -2^(bits - 1) to 2^(bits - 1) - 1; else 0 to 2^bits -
 *     1
 * @param narrow whether the smallest is left out, so that signed ones lie symmetrically around zero
 */
public record CodeRange(
    @JsonProperty("bits") int bits,
    @JsonProperty("signed") boolean signed,
    @JsonProperty("narrow") boolean narrow)
    implements Serializable {

  /** Checks the width. */
  public CodeRange {
    if (bits < 2 || bits > 8) {
      throw new IllegalArgumentException(
          "Cannot quantise: the number of bits must be from 2 to 8 (" + bits + ")");
    }
  }

  /** Returns 0 to 2^bits - 1: activations. */
  public static CodeRange unsigned(int bits) {
    return new CodeRange(bits, false, false);
  }

  /** Returns -2^(bits - 1) to 2^(bits - 1) - 1. */
  public static CodeRange signed(int bits) {
    return new CodeRange(bits, true, false);
  }

  /** Returns -2^(bits - 1) + 1 to 2^(bits - 1) - 1: weights. */
  public static CodeRange narrow(int bits) {
    return new CodeRange(bits, true, true);
  }

  /** Returns the smallest integer. */
  public int min() {
    return (signed ? -(1 << (bits - 1)) : 0) + (narrow ? 1 : 0);
  }

  /** Returns the largest integer. */
  public int max() {
    return (1 << (signed ? bits - 1 : bits)) - 1;
  }

  /** Returns the integer nearest to this one. */
  public int clamp(long code) {
    return (int) Math.max(min(), Math.min(max(), code));
  }
}
