package org.espalier.weights;

import java.io.IOException;

/**
 * Weights that cannot be read, written or loaded; the message is one sentence that says what, where
 * and why.
 */
public final class WeightsException extends IOException {
  private static final long serialVersionUID = 1L;

  /** An exception with a message and no cause. */
  public WeightsException(String message) {
    super(message);
  }

  /** An exception with a message and the exception that led to it. */
  public WeightsException(String message, Throwable cause) {
    super(message, cause);
  }
}
