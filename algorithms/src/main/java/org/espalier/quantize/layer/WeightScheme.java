package org.espalier.quantize.layer;

import java.io.Serializable;
import org.espalier.quantize.CodeRange;
import org.espalier.quantize.Quantization;
import org.espalier.quantize.ValueRange;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * Which grid weights are rounded to.
 *
 * @param bits from 2 to 8
 * @param symmetric whether zero is the code 0 and the codes are signed; else the codes are unsigned
 *     and spread over the range
 * @param narrow whether the smallest code is left out
 * @param perChannel whether each output channel has a grid of its own
 */
public record WeightScheme(
    @JsonProperty("bits") int bits,
    @JsonProperty("symmetric") boolean symmetric,
    @JsonProperty("narrow") boolean narrow,
    @JsonProperty("perChannel") boolean perChannel)
    implements Serializable {
  /** Checks the number of bits. */
  public WeightScheme {
    new CodeRange(bits, symmetric, narrow);
  }

  /** What integer runtimes compute fastest with: symmetric, narrow, per channel. */
  public static WeightScheme standard(int bits) {
    return new WeightScheme(bits, true, true, true);
  }

  /** Returns the integers. */
  public CodeRange codes() {
    return new CodeRange(bits, symmetric, narrow);
  }

  /**
   * Whether rounding commutes with scaling each channel, so that batch normalisation may be folded
   * after training as well as before.
   */
  public boolean commutes() {
    return symmetric && narrow && perChannel;
  }

  /** Returns the same with other bits. */
  public WeightScheme withBits(int other) {
    return new WeightScheme(other, symmetric, narrow, perChannel);
  }

  /** Returns the grid that covers a range. */
  public Quantization grid(ValueRange range) {
    return symmetric
        ? Quantization.symmetric(range, codes())
        : Quantization.asymmetric(range, codes());
  }
}
