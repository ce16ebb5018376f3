package org.espalier.data;

import java.io.IOException;

/**
 * The data are not what their format allows.
 *
 * <p>The message is one sentence fit for a user: which file, where in it, what is wrong, what is
 * allowed.
 */
public final class DataException extends IOException {
  private static final long serialVersionUID = 1L;

  /** Makes an exception with the sentence that the user sees. */
  public DataException(String message) {
    super(message);
  }

  /** Makes an exception with the sentence that the user sees and what led to it. */
  public DataException(String message, Throwable cause) {
    super(message, cause);
  }
}
