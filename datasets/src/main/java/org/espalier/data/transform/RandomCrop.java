package org.espalier.data.transform;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.espalier.data.ImageShape;

/**
 * Pads an image with black on all sides and cuts it back to its size at a random place.
 *
 * @param pad pixels added on each side, 0 or more; both offsets are uniform over 0 to 2 pad
 */
public record RandomCrop(int pad) implements Transform {

  /** Checks the range. */
  public RandomCrop {
    if (pad < 0) {
      throw new IllegalArgumentException(
          "Cannot crop: the padding must not be negative (" + pad + ")");
    }
  }

  @Override
  public String purpose() {
    return "crop";
  }

  @Override
  public void apply(byte[] source, byte[] target, ImageShape shape, SplittableRandom random) {
    int down = random.nextInt(2 * pad + 1) - pad;
    int right = random.nextInt(2 * pad + 1) - pad;
    shift(source, target, shape, down, right);
  }

  /** Writes target(y, x) = source(y + down, x + right), black outside the source. */
  static void shift(byte[] source, byte[] target, ImageShape shape, int down, int right) {
    int row = shape.width() * shape.channels();
    int from = Math.max(0, -right);
    int count = Math.max(0, shape.width() - Math.abs(right));
    Arrays.fill(target, (byte) 0);
    if (count == 0) {
      return;
    }
    for (int y = Math.max(0, -down); y < Math.min(shape.height(), shape.height() - down); y++) {
      System.arraycopy(
          source,
          (y + down) * row + (from + right) * shape.channels(),
          target,
          y * row + from * shape.channels(),
          count * shape.channels());
    }
  }
}
