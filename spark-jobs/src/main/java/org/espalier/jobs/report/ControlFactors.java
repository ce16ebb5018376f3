package org.espalier.jobs.report;

import java.util.ArrayList;
import java.util.List;

/**
 * The distribution of one layer's control factors over [0, 1], in equal bins.
 *
 * @param layer the layer's name
 * @param kept number of kept channels in each bin
 * @param removed number of removed channels in each bin
 */
public record ControlFactors(String layer, List<Integer> kept, List<Integer> removed) {
  /** The number of bins. */
  public static final int BINS = 20;

  /** Copies the lists. */
  public ControlFactors {
    kept = List.copyOf(kept);
    removed = List.copyOf(removed);
  }

  /**
   * Counts factors.
   *
   * @param layer the layer's name
   * @param factors one a channel, 0 to 1; what lies outside counts in the outermost bin
   * @param isKept for each channel whether it stays
   * @throws IllegalArgumentException when the lengths differ
   */
  public static ControlFactors count(String layer, double[] factors, boolean[] isKept) {
    if (factors.length != isKept.length) {
      throw new IllegalArgumentException(
          "Cannot count control factors: "
              + factors.length
              + " factors for "
              + isKept.length
              + " channels ("
              + layer
              + ")");
    }
    int[] kept = new int[BINS];
    int[] removed = new int[BINS];
    for (int c = 0; c < factors.length; c++) {
      int bin = Math.max(0, Math.min(BINS - 1, (int) (factors[c] * BINS)));
      (isKept[c] ? kept : removed)[bin]++;
    }
    return new ControlFactors(layer, boxed(kept), boxed(removed));
  }

  private static List<Integer> boxed(int[] counts) {
    List<Integer> list = new ArrayList<>();
    for (int count : counts) {
      list.add(count);
    }
    return list;
  }
}
