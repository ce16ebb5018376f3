package org.espalier.spark.resources;

import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.resource.ExecutorResourceRequests;
import org.apache.spark.resource.ResourceProfile;
import org.apache.spark.resource.ResourceProfileBuilder;
import org.apache.spark.resource.TaskResourceRequests;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives the tasks of single stages other GPUs than the application's tasks have.
 *
 * <p>For example, an executor of sixteen cores and one GPU reads images with sixteen tasks, which
 * hold none, and trains with one, which holds it. Where the cluster cannot do it, or the
 * application asks for no GPUs, stages are left as they are: results are the same.
 */
public final class StageGpus {
  private static final Logger LOG = LoggerFactory.getLogger(StageGpus.class);

  private final SparkConf conf;
  private final GpuScheduling scheduling;

  private StageGpus(SparkConf conf, GpuScheduling scheduling) {
    this.conf = conf;
    this.scheduling = scheduling;
  }

  /** Decides for a running application. */
  public static StageGpus of(JavaSparkContext sc) {
    SparkConf conf = sc.getConf();
    return new StageGpus(conf, GpuScheduling.of(conf, sc.version()));
  }

  /** Returns what was decided. */
  public GpuScheduling scheduling() {
    return scheduling;
  }

  /** Returns the data with the wish that each task of their stage holds one GPU. */
  public <T> JavaRDD<T> withOne(JavaRDD<T> rdd) {
    return with(rdd, 1);
  }

  /** Returns the data with the wish that no task of their stage holds a GPU. */
  public <T> JavaRDD<T> without(JavaRDD<T> rdd) {
    return with(rdd, 0);
  }

  private <T> JavaRDD<T> with(JavaRDD<T> rdd, int gpus) {
    if (!conf.contains(GpuRequest.EXECUTOR_AMOUNT)) {
      return rdd;
    }
    ResourceProfile profile = profile(scheduling.level(), gpus, conf);
    if (profile == null) {
      LOG.info("A stage's tasks hold GPUs as all tasks do: {}", scheduling.reason());
      return rdd;
    }
    return rdd.withResources(profile);
  }

  /** Returns what a stage asks for, or null where it cannot ask. */
  static ResourceProfile profile(GpuScheduling.Level level, int gpus, SparkConf conf) {
    TaskResourceRequests tasks = new TaskResourceRequests().cpus(conf.getInt("spark.task.cpus", 1));
    if (gpus > 0) {
      tasks.resource(GpuRequest.RESOURCE, gpus);
    }
    return switch (level) {
      case NONE, APPLICATION -> null;
      case STAGE_TASKS -> new ResourceProfileBuilder().require(tasks).build();
      case STAGE_EXECUTORS ->
          gpus == 0
              ? new ResourceProfileBuilder().require(tasks).build()
              : new ResourceProfileBuilder().require(tasks).require(executors(conf)).build();
    };
  }

  private static ExecutorResourceRequests executors(SparkConf conf) {
    ExecutorResourceRequests executors = new ExecutorResourceRequests();
    executors.resource(
        GpuRequest.RESOURCE,
        conf.getInt(GpuRequest.EXECUTOR_AMOUNT, 1),
        conf.get(GpuRequest.DISCOVERY_SCRIPT, ""),
        conf.get("spark.executor.resource.gpu.vendor", ""));
    if (conf.contains("spark.executor.cores")) {
      executors.cores(conf.getInt("spark.executor.cores", 1));
    }
    executors.memory(conf.get("spark.executor.memory", "1g"));
    return executors;
  }
}
