package org.espalier.nn.fused;

import java.util.Optional;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationReLU;
import org.nd4j.linalg.activations.impl.ActivationReLU6;

/**
 * Negative numbers become 0, and those above a ceiling become the ceiling.
 *
 * @param ceiling above 0; infinite for plain ReLU
 */
record Relu(float ceiling) {
  /** Without a ceiling. */
  static final Relu PLAIN = new Relu(Float.POSITIVE_INFINITY);

  /** An activation function, if it is of this kind. */
  static Optional<Relu> of(IActivation function) {
    if (function.equals(new ActivationReLU())) {
      return Optional.of(PLAIN);
    }
    return function.equals(new ActivationReLU6()) ? Optional.of(new Relu(6)) : Optional.empty();
  }

  /** Whether there is a ceiling. */
  boolean limited() {
    return ceiling < Float.POSITIVE_INFINITY;
  }
}
