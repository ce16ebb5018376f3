package org.espalier.spark.training;

import java.io.Serializable;
import java.util.List;
import org.apache.spark.BarrierTaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.rdd.RDD;
import scala.collection.Iterator;
import scala.collection.JavaConverters;
import scala.reflect.ClassTag$;
import scala.runtime.AbstractFunction1;

/**
 * Runs a barrier stage: all partitions at the same time, or none. Spark's interface for Java has no
 * such thing.
 */
final class BarrierStage {
  /** Has Spark interrupt the tasks that are left when one has failed. */
  private static final String INTERRUPT = "spark.job.interruptOnCancel";

  private BarrierStage() {}

  /**
   * Runs the stage and returns what its tasks returned, in the order of partitions.
   *
   * <p>Spark never repeats a barrier task alone: when one fails, the stage fails.
   */
  static <T, R> List<R> collect(
      JavaSparkContext sc, JavaRDD<T> rdd, Class<R> type, BarrierFunction<T, R> function) {
    String before = sc.getLocalProperty(INTERRUPT);
    sc.setLocalProperty(INTERRUPT, "true");
    try {
      RDD<R> results =
          rdd.rdd()
              .barrier()
              .mapPartitions(new Task<>(function), false, ClassTag$.MODULE$.apply(type));
      return JavaRDD.fromRDD(results, ClassTag$.MODULE$.<R>apply(type)).collect();
    } finally {
      sc.setLocalProperty(INTERRUPT, before);
    }
  }

  private static final class Task<T, R> extends AbstractFunction1<Iterator<T>, Iterator<R>>
      implements Serializable {
    private static final long serialVersionUID = 1L;

    private final BarrierFunction<T, R> function;

    Task(BarrierFunction<T, R> function) {
      this.function = function;
    }

    @Override
    public Iterator<R> apply(Iterator<T> partition) {
      try {
        return JavaConverters.asScalaIterator(
            function.call(BarrierTaskContext.get(), JavaConverters.asJavaIterator(partition)));
      } catch (RuntimeException e) {
        throw e;
      } catch (Exception e) {
        throw new TrainingException(e.getMessage(), e);
      }
    }
  }
}
