package org.espalier.quantize.observe;

import org.espalier.quantize.CodeRange;
import org.espalier.quantize.ValueRange;

/**
 * The choice of a threshold by Kullback-Leibler divergence.
 *
 * <p>A candidate keeps the bins up to some distance from zero; what lies beyond is added to the
 * outermost ones, which gives P. Q is P's kept bins, without what was added, averaged over as many
 * groups as there are codes; empty bins stay empty. Numbers that are zero do not count. The range
 * is that of the candidate with the least sum of P log (P / Q).
 */
final class Divergence {
  private Divergence() {}

  static ValueRange range(Histogram histogram, CodeRange codes) {
    long[] counts = histogram.countsWithoutZeros();
    boolean twoSided = histogram.range().min() < 0;
    int groups = codes.max() - codes.min() + 1;
    int first = Math.min(Histogram.SIDE, twoSided ? groups / 2 : groups);
    int best = Histogram.SIDE;
    double least = Double.POSITIVE_INFINITY;
    for (int kept = first; kept <= Histogram.SIDE; kept++) {
      double divergence = divergence(counts, twoSided, kept, groups);
      if (divergence < least) {
        least = divergence;
        best = kept;
      }
    }
    return Clipping.within(histogram, Histogram.SIDE - best, Histogram.SIDE + best);
  }

  private static double divergence(long[] counts, boolean twoSided, int kept, int groups) {
    int from = twoSided ? Histogram.SIDE - kept : Histogram.SIDE;
    int to = Histogram.SIDE + kept;
    double[] p = new double[to - from];
    double total = 0;
    for (int i = 0; i < counts.length; i++) {
      p[Math.max(0, Math.min(p.length - 1, i - from))] += counts[i];
      total += counts[i];
    }
    double divergence = 0;
    double inside = 0;
    double[] q = averaged(counts, from, p.length, groups);
    for (double value : q) {
      inside += value;
    }
    for (int i = 0; i < p.length; i++) {
      if (p[i] > 0) {
        if (q[i] == 0) {
          return Double.POSITIVE_INFINITY;
        }
        divergence += p[i] / total * Math.log(p[i] / total / (q[i] / inside));
      }
    }
    return divergence;
  }

  private static double[] averaged(long[] counts, int from, int length, int groups) {
    double[] q = new double[length];
    for (int group = 0; group < groups; group++) {
      int start = (int) ((long) group * length / groups);
      int end = (int) ((long) (group + 1) * length / groups);
      double sum = 0;
      int filled = 0;
      for (int i = start; i < end; i++) {
        sum += counts[from + i];
        filled += counts[from + i] > 0 ? 1 : 0;
      }
      for (int i = start; i < end; i++) {
        q[i] = counts[from + i] > 0 ? sum / filled : 0;
      }
    }
    return q;
  }
}
