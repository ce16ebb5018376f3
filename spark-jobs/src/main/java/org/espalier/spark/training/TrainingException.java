package org.espalier.spark.training;

/** Training cannot go on; the message is one sentence fit for a user. */
public class TrainingException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Makes an exception with the sentence that the user sees. */
  public TrainingException(String message) {
    super(message);
  }

  /** Makes an exception with the sentence that the user sees and what led to it. */
  public TrainingException(String message, Throwable cause) {
    super(message, cause);
  }
}
