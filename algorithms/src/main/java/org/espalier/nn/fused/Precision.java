package org.espalier.nn.fused;

import java.util.Locale;
import org.espalier.nn.kernel.OneDnn;

/** What activations and the gradients at them are computed in. */
public enum Precision {
  /** Everything in float32. */
  FLOAT32(Element.F32),
  /**
   * Activations and the gradients at them in bfloat16; weights, their gradients, statistics of
   * batch normalisation and the loss in float32.
   */
  BF16_MIXED(Element.BF16);

  private final Element activations;

  Precision(Element activations) {
    this.activations = activations;
  }

  /**
   * The precision of a name: {@code float32} or {@code bf16-mixed}.
   *
   * @throws IllegalArgumentException for another name
   */
  public static Precision named(String name) {
    for (Precision precision : values()) {
      if (precision.toString().equals(name)) {
        return precision;
      }
    }
    throw new IllegalArgumentException(
        "Cannot choose a precision: it must be float32 or bf16-mixed (" + name + ")");
  }

  /**
   * Checks that this processor computes in it at full speed.
   *
   * @throws IllegalStateException if not
   */
  public void require() {
    if (this == BF16_MIXED && !OneDnn.computesBf16()) {
      throw new IllegalStateException(
          "Cannot train in bf16-mixed: this processor has neither avx512_bf16 nor AMX; use float32");
    }
  }

  Element activations() {
    return activations;
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
