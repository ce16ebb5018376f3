package org.espalier.spark.resources;

/** Who starts executors, as the master URL tells. */
public enum ClusterManager {
  /** Tasks are threads of the driver. */
  LOCAL("a local master"),
  /** A standalone cluster that the driver starts for itself, on its own machine. */
  LOCAL_CLUSTER("a local cluster"),
  /** Spark's own master and workers. */
  STANDALONE("a standalone cluster"),
  /** Hadoop YARN. */
  YARN("YARN"),
  /** Kubernetes. */
  KUBERNETES("Kubernetes"),
  /** Any other. */
  OTHER("this cluster manager");

  private final String text;

  ClusterManager(String text) {
    this.text = text;
  }

  /**
   * Returns the manager that a master URL names.
   *
   * @param master for example {@code local[2]}, {@code spark://host:7077} or {@code yarn}
   */
  public static ClusterManager of(String master) {
    if (master.startsWith("local-cluster[")) {
      return LOCAL_CLUSTER;
    } else if (master.equals("local") || master.startsWith("local[")) {
      return LOCAL;
    } else if (master.startsWith("spark://")) {
      return STANDALONE;
    } else if (master.equals("yarn")) {
      return YARN;
    } else if (master.startsWith("k8s://")) {
      return KUBERNETES;
    }
    return OTHER;
  }

  /** Returns whether executors are on the driver's machine. */
  public boolean isHere() {
    return this == LOCAL || this == LOCAL_CLUSTER;
  }

  /** Returns how a sentence names it. */
  String text() {
    return text;
  }
}
