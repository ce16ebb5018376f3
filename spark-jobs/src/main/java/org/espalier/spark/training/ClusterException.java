package org.espalier.spark.training;

/** A Spark job that failed for a reason of the cluster's, such as a lost executor. */
final class ClusterException extends TrainingException {
  private static final long serialVersionUID = 1L;

  ClusterException(String message, Throwable cause) {
    super(message, cause);
  }
}
