package org.espalier.prune.scop;

import java.util.SplittableRandom;
import org.espalier.data.ImageShape;

/**
 * The images of the batch in an order that leaves none in its place.
 *
 * <p>The knockoff of an image is another image of the same batch, so that marginally the two have
 * the same law. An image that stayed in its place would add nothing to the gradient of a control
 * factor.
 */
public final class Derangement implements KnockoffSource {
  private static final long serialVersionUID = 1L;
  private static final int RANDOM = 0;

  private final int shift;

  private Derangement(int shift) {
    this.shift = shift;
  }

  /** Shifts by 1 to N - 1 places within a random order of the N rows, both drawn for each batch. */
  public static Derangement random() {
    return new Derangement(RANDOM);
  }

  /**
   * Gives row i the image of row i - shift, cyclically, in every batch.
   *
   * @param shift at least 1; a batch whose size divides it is refused
   */
  public static Derangement shiftedBy(int shift) {
    if (shift < 1) {
      throw new IllegalArgumentException(
          "Cannot derange a batch: the shift must be at least 1 (" + shift + ")");
    }
    return new Derangement(shift);
  }

  @Override
  public int[] fill(float[] stacked, int rows, ImageShape shape, SplittableRandom random) {
    int[] order = shift == RANDOM ? Orders.deranged(rows, random) : rolled(rows);
    Orders.copy(stacked, order, shape.size());
    return order;
  }

  private int[] rolled(int rows) {
    if (shift % rows == 0) {
      throw new IllegalArgumentException(
          String.format(
              "Cannot derange a batch: a shift by %d leaves every row in its place (%d rows)",
              shift, rows));
    }
    int[] order = new int[rows];
    for (int i = 0; i < rows; i++) {
      order[i] = Math.floorMod(i - shift, rows);
    }
    return order;
  }

  @Override
  public String toString() {
    return shift == RANDOM ? "Derangement(random)" : "Derangement(shift=" + shift + ")";
  }
}
