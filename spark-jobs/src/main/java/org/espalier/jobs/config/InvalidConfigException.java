package org.espalier.jobs.config;

/**
 * The configuration, or the command line, asks for something that cannot be done.
 *
 * <p>The message is one sentence fit for a user: the key, what is allowed, what was found, where.
 */
public final class InvalidConfigException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Makes an exception with the sentence that the user sees. */
  public InvalidConfigException(String message) {
    super(message);
  }

  /** Makes an exception with the sentence that the user sees and what led to it. */
  public InvalidConfigException(String message, Throwable cause) {
    super(message, cause);
  }
}
