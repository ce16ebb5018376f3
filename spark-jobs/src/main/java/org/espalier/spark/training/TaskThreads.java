package org.espalier.spark.training;

import org.apache.spark.TaskContext;

/** How many threads a task may use. */
final class TaskThreads {
  private TaskThreads() {}

  /** Returns as many as Spark gave this task processors, and 1 outside a task. */
  static int here() {
    TaskContext context = TaskContext.get();
    return context == null ? 1 : context.cpus();
  }
}
