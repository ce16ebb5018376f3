package org.espalier.prune.scop;

import java.util.SplittableRandom;
import org.espalier.data.ImageShape;

/**
 * The images of the batch in any order, as Golden Stick has it.
 *
 * <p>One image a batch stays in its place on average, whatever the batch's size; it adds nothing to
 * the gradient. {@link Derangement} avoids that.
 */
public final class Permutation implements KnockoffSource {
  private static final long serialVersionUID = 1L;

  @Override
  public int[] fill(float[] stacked, int rows, ImageShape shape, SplittableRandom random) {
    int[] order = Orders.shuffled(rows, random);
    Orders.copy(stacked, order, shape.size());
    return order;
  }

  @Override
  public String toString() {
    return "Permutation()";
  }
}
