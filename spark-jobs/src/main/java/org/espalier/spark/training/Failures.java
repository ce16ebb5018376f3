package org.espalier.spark.training;

import java.io.UncheckedIOException;
import org.espalier.data.DataException;
import org.espalier.spark.resources.GpuException;

/** Finds, in what Spark throws, the sentence meant for the user. */
final class Failures {
  private Failures() {}

  /**
   * Returns what to throw for the failure of a Spark job: what was thrown in the task where that is
   * a {@link DataException} or a {@link GpuException} (wrapped), a {@link TrainingException} or an
   * {@link IllegalArgumentException}; a {@link ClusterException} caused by the failure otherwise.
   *
   * @param what what could not be done, for example {@code "train"}
   */
  static RuntimeException of(String what, Exception failure) {
    RuntimeException found = null;
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof DataException data) {
        found = new UncheckedIOException(data.getMessage(), data);
      } else if (cause instanceof TrainingException || cause instanceof IllegalArgumentException) {
        found = (RuntimeException) cause;
      } else if (cause instanceof GpuException) {
        found = new TrainingException(cause.getMessage(), cause);
      }
    }
    return found != null
        ? found
        : new ClusterException(
            "Cannot " + what + ": the Spark job failed (" + failure.getMessage() + ")", failure);
  }
}
