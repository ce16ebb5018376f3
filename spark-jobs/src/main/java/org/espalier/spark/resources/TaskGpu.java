package org.espalier.spark.resources;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.resource.ResourceInformation;

/**
 * The GPU of a task, its own until it is closed; or none, where tasks compute on CPUs.
 *
 * <pre>
 * try (TaskGpu gpu = TaskGpu.take()) {
 *   // what ND4J computes in this thread, it computes on this GPU
 * }
 * </pre>
 *
 * <p>Whatever makes or touches arrays in a task belongs between the two: an array stays on the
 * device on which it was made.
 */
public final class TaskGpu implements AutoCloseable {
  private static final TaskGpu NONE = new TaskGpu(null, null);

  private final String address;
  private final Runnable release;

  TaskGpu(String address, Runnable release) {
    this.address = address;
    this.release = release;
  }

  /**
   * Takes the GPU that Spark assigned to the task which calls, and where ND4J computes with CUDA,
   * binds the calling thread to it. On a local master, where Spark assigns none, a free one of the
   * machine's is taken. A task that has its GPU may take it again, and has to close it as often.
   *
   * @return the GPU; none outside a task, and none where Spark assigned none and ND4J computes on
   *     CPUs
   * @throws GpuException when ND4J computes with CUDA and there is no GPU for the task, or it is
   *     one that the CUDA back end has no code for; when another task of this executor does not let
   *     go of it
   */
  public static TaskGpu take() {
    TaskContext context = TaskContext.get();
    if (context == null) {
      return NONE;
    }
    SparkConf conf = SparkEnv.get().conf();
    ResourceInformation assigned = context.resourcesJMap().get(GpuRequest.RESOURCE);
    GpuTask task =
        new GpuTask(
            context.taskAttemptId(),
            context.stageId(),
            context.partitionId(),
            context.attemptNumber(),
            SparkEnv.get().executorId(),
            assigned == null ? List.of() : Arrays.asList(assigned.addresses()),
            ClusterManager.of(conf.get("spark.master", "")) == ClusterManager.LOCAL,
            sharers(conf));
    return Devices.ofThisJvm().take(task);
  }

  /** Returns how many tasks may hold one GPU at a time: several only where a task has a share. */
  static int sharers(SparkConf conf) {
    double share = conf.getDouble(GpuRequest.TASK_AMOUNT, 1);
    return share > 0 && share < 1 ? (int) Math.floor(1 / share) : 1;
  }

  /** Returns no GPU. */
  static TaskGpu none() {
    return NONE;
  }

  /** Returns the address that the GPU has on its machine, or nothing where there is no GPU. */
  public Optional<String> address() {
    return Optional.ofNullable(address);
  }

  /** Gives the GPU back. */
  @Override
  public void close() {
    if (release != null) {
      release.run();
    }
  }
}
