package org.espalier.spark.resources;

import org.apache.spark.SparkConf;

/**
 * How far GPUs can be scheduled, and why.
 *
 * @param level how far
 * @param reason one sentence
 */
public record GpuScheduling(Level level, String reason) {

  /** How far, each level with all that the ones before it allow. */
  public enum Level {
    /** Spark schedules no GPUs. */
    NONE,
    /** Each executor and each task of the application has the same number, by configuration. */
    APPLICATION,
    /** A stage's tasks may have another number than the application's, on the same executors. */
    STAGE_TASKS,
    /** A stage may have executors of its own, which are started for it. */
    STAGE_EXECUTORS
  }

  /**
   * Decides, from nothing but the arguments.
   *
   * <p>The rules are those of Spark's {@code ResourceProfileManager}: resources of tasks alone came
   * to standalone clusters with 3.4.0 and to YARN and Kubernetes with 3.5.1, all without dynamic
   * allocation. With dynamic allocation a stage that asks for resources has executors of its own,
   * on YARN and Kubernetes since 3.1.0, on standalone clusters since 3.4.0.
   *
   * @param manager who starts executors
   * @param version the version of Spark
   * @param dynamicAllocation whether executors come and go with the load
   */
  public static GpuScheduling decide(
      ClusterManager manager, SparkVersion version, boolean dynamicAllocation) {
    return switch (manager) {
      case LOCAL ->
          new GpuScheduling(
              Level.NONE,
              "Spark schedules no GPUs on a local master; tasks take turns on what the process sees");
      case OTHER ->
          new GpuScheduling(
              Level.APPLICATION, "what this cluster manager does for single stages is not known");
      case STANDALONE, LOCAL_CLUSTER ->
          dynamicAllocation
              ? executors(manager, version, new SparkVersion(3, 4, 0))
              : tasks(manager, version, new SparkVersion(3, 4, 0));
      case YARN, KUBERNETES ->
          dynamicAllocation
              ? executors(manager, version, new SparkVersion(3, 1, 0))
              : tasks(manager, version, new SparkVersion(3, 5, 1));
    };
  }

  /** Decides for an application's configuration. */
  static GpuScheduling of(SparkConf conf, String sparkVersion) {
    return decide(
        ClusterManager.of(conf.get("spark.master")),
        SparkVersion.parse(sparkVersion),
        conf.getBoolean("spark.dynamicAllocation.enabled", false));
  }

  private static GpuScheduling tasks(
      ClusterManager manager, SparkVersion version, SparkVersion since) {
    String what = "task resources of a stage without dynamic allocation";
    return version.compareTo(since) < 0
        ? tooOld(what, manager, version, since)
        : new GpuScheduling(Level.STAGE_TASKS, has(what, manager, since));
  }

  private static GpuScheduling executors(
      ClusterManager manager, SparkVersion version, SparkVersion since) {
    String what = "executors of a stage's own under dynamic allocation";
    return version.compareTo(since) < 0
        ? tooOld(what, manager, version, since)
        : new GpuScheduling(Level.STAGE_EXECUTORS, has(what, manager, since));
  }

  private static String has(String what, ClusterManager manager, SparkVersion since) {
    return String.format("%s has %s since Spark %s", manager.text(), what, since);
  }

  private static GpuScheduling tooOld(
      String what, ClusterManager manager, SparkVersion version, SparkVersion since) {
    return new GpuScheduling(
        Level.APPLICATION,
        String.format(
            "%s has %s since Spark %s, and this is %s", manager.text(), what, since, version));
  }
}
