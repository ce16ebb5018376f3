package org.espalier.jobs.quantize;

import java.util.ArrayList;
import java.util.List;
import org.espalier.inspect.Distribution;

/**
 * Two distributions over the same equal bins.
 *
 * @param from the lower edge of the first bin
 * @param width the width of each bin, above 0
 * @param before values in each bin before rounding
 * @param after values in each bin after rounding
 */
public record Overlay(double from, double width, List<Long> before, List<Long> after) {
  private static final int MOST = 64;

  /** Copies the lists. */
  public Overlay {
    before = List.copyOf(before);
    after = List.copyOf(after);
  }

  /** Puts two distributions, of which neither is empty, over each other, in at most 64 bins. */
  static Overlay of(Distribution before, Distribution after) {
    double low = Math.min(before.min(), after.min());
    double high = Math.max(before.max(), after.max());
    // Widths of bins are powers of two, so that wider ones are made of whole narrower ones.
    double width = Math.max(before.histogram().width(), after.histogram().width());
    while (Math.floor(high / width) - Math.floor(low / width) >= MOST) {
      width *= 2;
    }
    long first = (long) Math.floor(low / width);
    int bins = (int) ((long) Math.floor(high / width) - first) + 1;
    return new Overlay(
        first * width,
        width,
        counts(before, first, width, bins),
        counts(after, first, width, bins));
  }

  private static List<Long> counts(Distribution values, long first, double width, int bins) {
    Distribution.Bins fine = values.histogram();
    long[] counts = new long[bins];
    for (int i = 0; i < fine.counts().size(); i++) {
      double middle = fine.from() + (i + 0.5) * fine.width();
      counts[(int) ((long) Math.floor(middle / width) - first)] += fine.counts().get(i);
    }
    List<Long> list = new ArrayList<>();
    for (long count : counts) {
      list.add(count);
    }
    return list;
  }
}
