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
    Distribution.Bins one = before.histogram();
    Distribution.Bins other = after.histogram();
    double low = Math.min(middle(one, 0), middle(other, 0));
    double high =
        Math.max(middle(one, one.counts().size() - 1), middle(other, other.counts().size() - 1));
    // Widths of bins are powers of two, so that wider ones are made of whole narrower ones.
    double width = Math.max(one.width(), other.width());
    while (Math.floor(high / width) - Math.floor(low / width) >= MOST) {
      width *= 2;
    }
    long first = (long) Math.floor(low / width);
    int bins = (int) ((long) Math.floor(high / width) - first) + 1;
    return new Overlay(
        first * width, width, counts(one, first, width, bins), counts(other, first, width, bins));
  }

  private static double middle(Distribution.Bins bins, int bin) {
    return bins.from() + (bin + 0.5) * bins.width();
  }

  private static List<Long> counts(Distribution.Bins fine, long first, double width, int bins) {
    long[] counts = new long[bins];
    for (int i = 0; i < fine.counts().size(); i++) {
      counts[(int) ((long) Math.floor(middle(fine, i) / width) - first)] += fine.counts().get(i);
    }
    List<Long> list = new ArrayList<>();
    for (long count : counts) {
      list.add(count);
    }
    return list;
  }
}
