package org.espalier.spark.training;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.espalier.nn.ParameterLayout;
import org.espalier.nn.ParameterRange;

/**
 * The gradient view cut into buckets of whole parameters, and how much of each is still to come in
 * a step.
 *
 * <p>Buckets are numbered from the end of the view, where the backward pass begins, and depend on
 * nothing but the layout: they are the same on every rank. The last one may be smaller than the
 * others.
 */
final class Buckets {
  private final int[] bounds;
  private final long[] missing;
  private int ready;

  /**
   * Cuts a view.
   *
   * @param least the values that every bucket but the last has at least, at least 1
   */
  Buckets(ParameterLayout layout, int least) {
    List<Integer> starts = new ArrayList<>();
    int end = layout.length();
    List<ParameterRange> ranges = layout.ranges();
    for (int i = ranges.size() - 1; i >= 0; i--) {
      int start = ranges.get(i).offset();
      if (end - start >= least || (i == 0 && end > start)) {
        starts.add(start);
        end = start;
      }
    }
    bounds = new int[starts.size() + 1];
    bounds[0] = layout.length();
    for (int i = 0; i < starts.size(); i++) {
      bounds[i + 1] = starts.get(i);
    }
    missing = new long[starts.size()];
    begin();
  }

  /** Returns how many there are. */
  int count() {
    return missing.length;
  }

  /** Returns the position of a bucket's first value. */
  int from(int bucket) {
    return bounds[bucket + 1];
  }

  /** Returns the position after a bucket's last value. */
  int to(int bucket) {
    return bounds[bucket];
  }

  /** Begins a step: nothing is there. */
  void begin() {
    ready = 0;
    Arrays.setAll(missing, bucket -> to(bucket) - from(bucket));
  }

  /** Notes that values are there, each once a step. */
  void add(long from, long to) {
    for (int bucket = 0; bucket < missing.length; bucket++) {
      missing[bucket] -= Math.max(0, Math.min(to, to(bucket)) - Math.max(from, from(bucket)));
    }
    while (ready < missing.length && missing[ready] == 0) {
      ready++;
    }
  }

  /** Returns how many buckets are complete, counted up to the first that is not. */
  int ready() {
    return ready;
  }
}
