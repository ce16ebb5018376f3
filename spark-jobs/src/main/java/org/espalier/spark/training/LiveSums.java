package org.espalier.spark.training;

import java.io.Serializable;
import java.util.HashMap;
import java.util.Map;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.scheduler.AccumulableInfo;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorMetricsUpdate;
import org.apache.spark.util.DoubleAccumulator;
import org.apache.spark.util.LongAccumulator;
import scala.Tuple4;
import scala.collection.JavaConverters;
import scala.collection.Seq;

/**
 * What the tasks of a stage have done so far, as executors' heartbeats tell the driver, every ten
 * seconds unless {@code spark.executor.heartbeatInterval} says otherwise.
 */
final class LiveSums extends SparkListener implements AutoCloseable {
  private final JavaSparkContext sc;
  private final TrainingProgress progress;
  private final Counters counters;
  private final Map<Long, Sums> tasks = new HashMap<>();
  private Sums told = Sums.NONE;
  private boolean closed;

  /** What tasks count. */
  record Counters(
      LongAccumulator images, DoubleAccumulator loss, LongAccumulator judged, LongAccumulator right)
      implements Serializable {

    /** Returns some that nobody reads. */
    static Counters unread() {
      return new Counters(
          new LongAccumulator(),
          new DoubleAccumulator(),
          new LongAccumulator(),
          new LongAccumulator());
    }

    void add(long moreImages, double moreLoss, long moreJudged, long moreRight) {
      images.add(moreImages);
      loss.add(moreLoss);
      judged.add(moreJudged);
      right.add(moreRight);
    }
  }

  private record Sums(long images, double loss, long judged, long right) {
    static final Sums NONE = new Sums(0, 0, 0, 0);

    Sums plus(Sums other, int sign) {
      return new Sums(
          images + sign * other.images,
          loss + sign * other.loss,
          judged + sign * other.judged,
          right + sign * other.right);
    }
  }

  /** Begins to listen. */
  LiveSums(JavaSparkContext sc, TrainingProgress progress) {
    this.sc = sc;
    this.progress = progress;
    this.counters =
        new Counters(
            sc.sc().longAccumulator(),
            sc.sc().doubleAccumulator(),
            sc.sc().longAccumulator(),
            sc.sc().longAccumulator());
    sc.sc().addSparkListener(this);
  }

  /** Returns what the tasks are to count with. */
  Counters counters() {
    return counters;
  }

  @Override
  public synchronized void onExecutorMetricsUpdate(SparkListenerExecutorMetricsUpdate update) {
    if (closed) {
      return;
    }
    for (Tuple4<Object, Object, Object, Seq<AccumulableInfo>> task :
        JavaConverters.seqAsJavaList(update.accumUpdates())) {
      Map<Long, Number> values = new HashMap<>();
      for (AccumulableInfo info : JavaConverters.seqAsJavaList(task._4())) {
        if (info.update().isDefined() && info.update().get() instanceof Number number) {
          values.put(info.id(), number);
        }
      }
      if (values.containsKey(counters.images().id())) {
        tasks.put((Long) task._1(), sums(values));
      }
    }
    tell();
  }

  private Sums sums(Map<Long, Number> values) {
    return new Sums(
        values.get(counters.images().id()).longValue(),
        values.getOrDefault(counters.loss().id(), 0).doubleValue(),
        values.getOrDefault(counters.judged().id(), 0).longValue(),
        values.getOrDefault(counters.right().id(), 0).longValue());
  }

  private void tell() {
    Sums all = tasks.values().stream().reduce(Sums.NONE, (sum, task) -> sum.plus(task, 1));
    Sums more = all.plus(told, -1);
    if (more.images() > 0) {
      told = all;
      progress.underway(
          more.images(), more.loss() / more.images(), (double) more.right() / more.judged());
    }
  }

  /** Takes back what was told, because it is reported as a whole or was in vain. */
  @Override
  public synchronized void close() {
    closed = true;
    sc.sc().removeSparkListener(this);
    if (told.images() > 0) {
      progress.underway(-told.images(), Double.NaN, Double.NaN);
    }
  }
}
