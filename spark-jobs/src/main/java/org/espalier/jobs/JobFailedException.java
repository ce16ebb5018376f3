package org.espalier.jobs;

/**
 * A job cannot do its work, for a reason that its message gives in one sentence fit for a user.
 *
 * <p>The command ends with exit code 1.
 */
public final class JobFailedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Makes an exception with the sentence that the user sees. */
  public JobFailedException(String message) {
    super(message);
  }

  /** Makes an exception with the sentence that the user sees and what led to it. */
  public JobFailedException(String message, Throwable cause) {
    super(message, cause);
  }
}
