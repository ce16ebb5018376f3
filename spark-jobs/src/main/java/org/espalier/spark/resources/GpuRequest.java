package org.espalier.spark.resources;

import java.util.Objects;
import java.util.Optional;
import org.apache.spark.SparkConf;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The GPUs that an application asks for.
 *
 * @param perTask the share of a GPU that a task holds: 1, or at most 0.5 for tasks that share one
 * @param perExecutor GPUs of an executor, at least 1
 * @param discoveryScript the script that finds an executor's GPUs, a path on the executor's
 *     machine; empty where the cluster knows it, as the workers of a standalone cluster do
 */
public record GpuRequest(double perTask, int perExecutor, Optional<String> discoveryScript) {
  static final String RESOURCE = "gpu";
  static final String TASK_AMOUNT = "spark.task.resource.gpu.amount";
  static final String EXECUTOR_AMOUNT = "spark.executor.resource.gpu.amount";
  static final String DISCOVERY_SCRIPT = "spark.executor.resource.gpu.discoveryScript";
  private static final String VENDOR = "spark.executor.resource.gpu.vendor";
  private static final String DEVICE_ORDER = "spark.executorEnv.CUDA_DEVICE_ORDER";
  private static final String PLUGINS = "spark.plugins";
  private static final Logger LOG = LoggerFactory.getLogger(GpuRequest.class);

  /**
   * Checks the amounts.
   *
   * @throws IllegalArgumentException when they are out of range
   */
  public GpuRequest {
    Objects.requireNonNull(discoveryScript, "discoveryScript");
    if (!isShare(perTask)) {
      throw new IllegalArgumentException(
          "Cannot ask for GPUs: a task holds 1, or at most 0.5 to share one (" + perTask + ")");
    }
    if (perExecutor < 1) {
      throw new IllegalArgumentException(
          "Cannot ask for GPUs: an executor has at least 1 (" + perExecutor + ")");
    }
  }

  /**
   * Returns whether a task may hold so much of a GPU. Spark cannot deal out shares above a half.
   */
  public static boolean isShare(double amount) {
    return amount == 1 || (amount > 0 && amount <= 0.5);
  }

  /**
   * Writes the request as Spark's properties, under those that are already set. On a local master,
   * where Spark would wait for GPUs for ever, nothing is written.
   *
   * <p>On every cluster each task holds what the request says; {@link StageGpus} changes that for
   * single stages, where it can be changed.
   *
   * @param conf an application's configuration before it starts; has {@code spark.master}
   * @param sparkVersion the version of Spark that it will run on
   * @throws IllegalArgumentException when the cluster manager needs a discovery script and there is
   *     none
   */
  public void applyTo(SparkConf conf, String sparkVersion) {
    GpuScheduling scheduling = GpuScheduling.of(conf, sparkVersion);
    LOG.info("GPUs are scheduled as far as {}: {}", scheduling.level(), scheduling.reason());
    if (scheduling.level() == GpuScheduling.Level.NONE) {
      return;
    }
    ClusterManager manager = ClusterManager.of(conf.get("spark.master"));
    discoveryScript.ifPresent(script -> conf.setIfMissing(DISCOVERY_SCRIPT, script));
    boolean asksExecutors = manager == ClusterManager.YARN || manager == ClusterManager.KUBERNETES;
    if (asksExecutors && !conf.contains(DISCOVERY_SCRIPT)) {
      throw new IllegalArgumentException(
          "Cannot ask for GPUs: "
              + manager.text()
              + " needs a discovery script (a path on the executors' machines)");
    }
    if (manager == ClusterManager.KUBERNETES) {
      conf.setIfMissing(VENDOR, "nvidia.com");
    }
    conf.setIfMissing(EXECUTOR_AMOUNT, Integer.toString(perExecutor));
    conf.setIfMissing(TASK_AMOUNT, perTask == 1 ? "1" : Double.toString(perTask));
    // Addresses are nvidia-smi's numbers, which follow the bus; CUDA's own put the fastest first.
    conf.setIfMissing(DEVICE_ORDER, "PCI_BUS_ID");
    String plugins = conf.get(PLUGINS, "");
    String reporter = GpuReporting.class.getName();
    if (!plugins.contains(reporter)) {
      conf.set(PLUGINS, plugins.isBlank() ? reporter : plugins + "," + reporter);
    }
  }
}
