package org.espalier.quantize.simqat;

import java.io.Serializable;
import java.util.Objects;
import org.espalier.quantize.CodeRange;
import org.espalier.quantize.Quantization;
import org.espalier.quantize.ValueRange;
import org.espalier.quantize.observe.RunningRange;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * How activations are observed and rounded.
 *
 * @param codes the integers
 * @param symmetric whether the grid lies symmetrically around zero
 * @param observer how the range follows the batches
 * @param delay the first iteration of training that rounds
 * @param freeze the first iteration that leaves the range as it is
 */
public record ObservedSettings(
    @JsonProperty("codes") CodeRange codes,
    @JsonProperty("symmetric") boolean symmetric,
    @JsonProperty("observer") RunningRange observer,
    @JsonProperty("delay") int delay,
    @JsonProperty("freeze") int freeze)
    implements Serializable {
  /** Never: an iteration that no training reaches. */
  public static final int NEVER = Integer.MAX_VALUE;

  /** Checks what must be there. */
  public ObservedSettings {
    Objects.requireNonNull(codes, "Cannot observe activations: codes are missing");
    Objects.requireNonNull(observer, "Cannot observe activations: the observer is missing");
  }

  Quantization grid(ValueRange range) {
    return symmetric ? Quantization.symmetric(range, codes) : Quantization.asymmetric(range, codes);
  }
}
