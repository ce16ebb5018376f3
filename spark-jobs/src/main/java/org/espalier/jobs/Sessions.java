package org.espalier.jobs;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;
import org.espalier.jobs.config.InvalidConfigException;
import org.espalier.jobs.config.SparkConfig;
import org.espalier.spark.resources.ClusterManager;
import org.espalier.spark.resources.GpuRequest;

/** Opens Spark as a configuration says. */
public final class Sessions {
  private static final String MASTER = "spark.master";
  private static final String HEARTBEAT_TIMEOUT = "spark.storage.blockManagerHeartbeatTimeoutMs";
  private static final String TASK_CPUS = "spark.task.cpus";
  private static final String TASK_THREADS = "spark.executorEnv.OMP_NUM_THREADS";

  private static volatile boolean endedLocally;

  private Sessions() {}

  /**
   * Returns whether a Spark was stopped that ran its tasks in this process, in which case the
   * process is not left to end by itself: the timer of Spark's barrier tasks would keep it alive.
   */
  static boolean endedLocally() {
    return endedLocally;
  }

  /**
   * Opens a session, or joins the one that the process already has (a notebook's, for example).
   *
   * <p>What the configuration says stands above what spark-submit says; without either the master
   * is {@code local[*]}. A task takes as many threads as Spark sets CPUs aside for it: the
   * configured number, where there is one.
   *
   * @param config the cluster
   * @param name the application's name, as Spark's pages show it
   * @throws InvalidConfigException when the cluster cannot give what the configuration asks for
   */
  public static Session open(SparkConfig config, String name) {
    boolean joined = SparkSession.getDefaultSession().isDefined();
    SparkSession session =
        SparkSession.builder().config(sparkConf(config, name, new SparkConf())).getOrCreate();
    return new Session(session, !joined);
  }

  /** Returns the master that a session has or will have, without opening one. */
  static String master(SparkConfig config) {
    return effective(config).get(MASTER);
  }

  /** Returns the processors that a task takes, without opening a session. */
  static int taskCpus(SparkConfig config) {
    return effective(config).getInt(TASK_CPUS, 1);
  }

  /** Returns the executors that a session has or will have, without opening one. */
  static Workforce workforce(SparkConfig config) {
    return Workforce.of(master(config), taskCpus(config));
  }

  private static SparkConf effective(SparkConfig config) {
    return SparkSession.getDefaultSession().isDefined()
        ? SparkSession.getDefaultSession().get().sparkContext().getConf()
        : sparkConf(config, "", new SparkConf());
  }

  /** Returns Spark's configuration: the given one under the job's, under nothing. */
  static SparkConf sparkConf(SparkConfig config, String name, SparkConf submitted) {
    SparkConf conf = submitted.clone();
    Map<String, String> properties = new TreeMap<>(config.properties());
    properties.forEach(conf::set);
    config.master().ifPresent(master -> conf.set(MASTER, master));
    conf.setIfMissing(MASTER, "local[*]");
    conf.setIfMissing("spark.app.name", name);
    conf.setIfMissing("spark.ui.showConsoleProgress", "false");
    ClusterManager manager = ClusterManager.of(conf.get(MASTER));
    conf.setIfMissing("spark.ui.enabled", Boolean.toString(!manager.isHere()));
    if (manager == ClusterManager.LOCAL) {
      // A process that was suspended has not lost itself.
      conf.setIfMissing(HEARTBEAT_TIMEOUT, Long.toString(TimeUnit.DAYS.toMillis(365)));
    }
    config
        .threadsPerTask()
        .ifPresent(threads -> conf.setIfMissing(TASK_CPUS, Integer.toString(threads)));
    conf.setIfMissing(TASK_THREADS, conf.get(TASK_CPUS, "1"));
    config.gpus().ifPresent(gpus -> ask(gpus, conf));
    // Spark's own patience with barrier stages is ten minutes, and a year.
    conf.setIfMissing("spark.scheduler.barrier.maxConcurrentTasksCheck.interval", "5s");
    conf.setIfMissing("spark.scheduler.barrier.maxConcurrentTasksCheck.maxFailures", "12");
    conf.setIfMissing("spark.barrier.sync.timeout", "120");
    return conf;
  }

  private static void ask(GpuRequest gpus, SparkConf conf) {
    try {
      gpus.applyTo(conf, org.apache.spark.package$.MODULE$.SPARK_VERSION());
    } catch (IllegalArgumentException e) {
      throw new InvalidConfigException(e.getMessage(), e);
    }
  }

  /**
   * A session and whether it is ours to stop.
   *
   * @param spark the session
   * @param owned whether closing stops it
   */
  public record Session(SparkSession spark, boolean owned) implements AutoCloseable {

    @Override
    public void close() {
      if (owned) {
        endedLocally = spark.sparkContext().isLocal();
        spark.stop();
      }
    }
  }
}
