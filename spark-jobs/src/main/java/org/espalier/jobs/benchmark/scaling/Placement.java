package org.espalier.jobs.benchmark.scaling;

import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.java.JavaSparkContext;
import org.espalier.data.ImageSet;
import org.espalier.jobs.JobFailedException;
import org.espalier.spark.training.Shards;

/** Brings images to executors, a shard each, so that a worker has an executor to itself. */
final class Placement {
  private static final int ATTEMPTS = 3;

  private Placement() {}

  /**
   * Loads images, dealt out evenly, and sees to it that no executor has two shards.
   *
   * <p>On a local master all tasks are threads of one process, and there is nothing to see to.
   *
   * @throws JobFailedException when Spark gives an executor two shards time and again
   */
  static Shards load(JavaSparkContext spark, ImageSet images, int executors, long seed)
      throws IOException {
    for (int attempt = 1; ; attempt++) {
      Shards shards = Shards.shuffled(spark, images, executors, seed);
      List<String> places = shards.rdd().map(shard -> SparkEnv.get().executorId()).collect();
      if (spark.isLocal() || new HashSet<>(places).size() == executors) {
        return shards;
      }
      shards.close();
      if (attempt == ATTEMPTS) {
        throw new JobFailedException(
            String.format(
                "Cannot measure %d executors: Spark brought the images to executors %s",
                executors, String.join(", ", places)));
      }
    }
  }
}
