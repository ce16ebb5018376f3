package org.espalier.quantize;

import java.io.Serializable;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * What integers stand for: code q is the real number (q - zeroPoint) * scale.
 *
 * <p>A real number x becomes q = clamp(rint(x / scale) + zeroPoint), with a division in float32 and
 * rounding of halves to the even neighbour, as ONNX has it. Zero is always one of the numbers,
 * exactly. The scale is float32 everywhere, so that training and deployment cannot differ by its
 * last bit.
 *
 * <p>Jacob et al., <a href="https://arxiv.org/abs/1712.05877">arXiv:1712.05877</a>.
 *
 * @param scale the distance of two neighbours, positive and finite
 * @param zeroPoint the code of zero
 * @param codes the integers
 */
public record Quantization(
    @JsonProperty("scale") float scale,
    @JsonProperty("zeroPoint") int zeroPoint,
    @JsonProperty("codes") CodeRange codes)
    implements Serializable {
  private static final int UNSIGNED_OFFSET = 128;

  /** Checks scale and zero point. */
  public Quantization {
    if (!(scale > 0) || Float.isInfinite(scale)) {
      throw new IllegalArgumentException(
          "Cannot quantise: the scale must be positive and finite (" + scale + ")");
    }
    if (zeroPoint < codes.min() || zeroPoint > codes.max()) {
      throw new IllegalArgumentException(
          String.format(
              "Cannot quantise: the zero point must be from %d to %d (%d)",
              codes.min(), codes.max(), zeroPoint));
    }
  }

  /**
   * Returns the quantisation of numbers around zero. The zero point is 0 for signed codes and the
   * middle for unsigned ones, never a matter of rounding. Nothing but zero gets scale 1.
   */
  public static Quantization symmetric(ValueRange range, CodeRange codes) {
    int zero = codes.signed() ? 0 : 1 << (codes.bits() - 1);
    int steps = codes.narrow() ? 2 * (codes.max() - zero) : codes.max() - codes.min();
    return new Quantization(scale(2 * range.magnitude() / steps), zero, codes);
  }

  /**
   * Returns the quantisation that spreads the codes over a range, moved by less than one step so
   * that zero has a code. Nothing but zero gets scale 1.
   */
  public static Quantization asymmetric(ValueRange range, CodeRange codes) {
    double exact = (range.max() - range.min()) / (codes.max() - codes.min());
    float scale = scale(exact);
    boolean degenerate = (float) exact != scale;
    double zero = degenerate ? 0 : Math.rint(codes.min() - range.min() / exact);
    return new Quantization(scale, codes.clamp((long) zero), codes);
  }

  /** Where a range is so small, or so large, that there is no scale, 1 serves as well as any. */
  private static float scale(double exact) {
    float scale = (float) exact;
    return scale > 0 && scale <= Float.MAX_VALUE ? scale : 1;
  }

  /** Returns the code of a number; that of zero for not-a-number. */
  public int code(float value) {
    float steps = value / scale;
    return Float.isNaN(steps) ? zeroPoint : codes.clamp((long) Math.rint(steps) + zeroPoint);
  }

  /** Returns the number that a code stands for. */
  public float value(int code) {
    return (code - zeroPoint) * scale;
  }

  /** Returns what is added to codes to have them as uint8: 128 for signed ones, else 0. */
  public int unsignedOffset() {
    return codes.signed() ? UNSIGNED_OFFSET : 0;
  }

  /** Returns the smallest number that has a code. */
  public float lower() {
    return value(codes.min());
  }

  /** Returns the largest number that has a code. */
  public float upper() {
    return value(codes.max());
  }
}
