package org.espalier.nn.fused;

/** Says why a network cannot be compiled; Deeplearning4j then runs it layer by layer. */
final class Unsupported extends Exception {
  private static final long serialVersionUID = 1L;

  Unsupported(String reason) {
    super(reason, null, false, false);
  }
}
