package org.espalier.data.transform;

import java.util.SplittableRandom;
import org.espalier.data.ImageShape;

/** Mirrors an image left to right, with probability one half. */
public record HorizontalFlip() implements Transform {

  @Override
  public String purpose() {
    return "flip";
  }

  @Override
  public void apply(byte[] source, byte[] target, ImageShape shape, SplittableRandom random) {
    if (random.nextBoolean()) {
      mirror(source, target, shape);
    } else {
      System.arraycopy(source, 0, target, 0, shape.size());
    }
  }

  static void mirror(byte[] source, byte[] target, ImageShape shape) {
    int channels = shape.channels();
    int row = shape.width() * channels;
    for (int y = 0; y < shape.height(); y++) {
      for (int x = 0; x < shape.width(); x++) {
        System.arraycopy(
            source,
            y * row + x * channels,
            target,
            y * row + (shape.width() - 1 - x) * channels,
            channels);
      }
    }
  }
}
