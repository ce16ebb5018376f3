package org.espalier.spark.training;

import java.util.concurrent.CancellationException;
import org.apache.spark.TaskContext;

/** Ends tasks that Spark has given up. */
final class Interruption {
  private Interruption() {}

  /** Throws where Spark has cancelled the task that this thread runs. */
  static void check() {
    TaskContext context = TaskContext.get();
    if (context != null && context.isInterrupted()) {
      throw new CancellationException("Cannot go on training: the task was cancelled");
    }
  }
}
