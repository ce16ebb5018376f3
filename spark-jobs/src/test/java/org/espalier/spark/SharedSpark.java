package org.espalier.spark;

import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;

/**
 * The one Spark that all tests of this module's JVM share; jobs join it, and leave it running.
 *
 * <p>Two task threads, and up to four attempts for a task, as on a cluster.
 */
public final class SharedSpark {
  private static JavaSparkContext context;

  static {
    Runtime.getRuntime().addShutdownHook(new Thread(SharedSpark::stop, "stop-spark"));
  }

  private SharedSpark() {}

  /** Returns the context, started where it does not run and stopped when the JVM ends. */
  public static synchronized JavaSparkContext context() {
    if (context == null) {
      SparkConf conf =
          new SparkConf(false)
              .setMaster("local[2,4]")
              .setAppName("tests")
              .set("spark.ui.enabled", "false")
              .set("spark.driver.host", "127.0.0.1")
              .set("spark.driver.bindAddress", "127.0.0.1")
              .set("spark.default.parallelism", "2")
              .set("spark.sql.shuffle.partitions", "2");
      SparkSession session = SparkSession.builder().config(conf).getOrCreate();
      context = JavaSparkContext.fromSparkContext(session.sparkContext());
      context.setLogLevel("ERROR");
    }
    return context;
  }

  /** Stops it, for a test that needs another Spark; the next call of {@link #context} starts it. */
  public static synchronized void stop() {
    if (context != null) {
      context.stop();
      context = null;
    }
  }
}
