package org.espalier.quantize;

import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.shape.Shape;

/**
 * Rounds arrays to the numbers of one {@link Quantization}, and passes gradients through.
 *
 * <p>Arrays are FLOAT or DOUBLE and of any shape; results have theirs, and must be dense in 'c'
 * order. Where a gradient must choose at a border, it is the one of the numbers themselves, not of
 * their codes.
 */
public final class FakeQuantization {
  private FakeQuantization() {}

  /** y = (clamp(rint(x / s) + z) - z) * s, which is x where x has a code, and 0 exactly at 0. */
  public static void forward(INDArray x, Quantization quantization, INDArray y) {
    Pieces.run(dense(x), null, y, new Round(quantization));
  }

  /** dx = dy where x lies between the smallest and the largest number with a code, else 0. */
  public static void backward(INDArray x, Quantization quantization, INDArray dy, INDArray dx) {
    Pieces.run(dense(x), dense(dy), dx, new StraightThrough(quantization));
  }

  /**
   * dx = dy where x / s lies strictly between the smallest and the largest code, else 0.
   *
   * <p>For quantisations whose zero point is 0. Esser et al., <a
   * href="https://arxiv.org/abs/1902.08153">arXiv:1902.08153</a>, equations 3 and 5.
   *
   * @return the sum of dy h, where h = q - x / s inside and h = q outside: what the scale's
   *     gradient is before it is scaled
   */
  public static double learnedStep(
      INDArray x, Quantization quantization, INDArray dy, INDArray dx) {
    return sum(Pieces.run(dense(x), dense(dy), dx, new LearnedStep(quantization)));
  }

  /** Returns the smallest interval that holds zero and all numbers. */
  public static ValueRange range(INDArray x) {
    return Arrays.stream(Pieces.run(dense(x), null, null, new Extremes()))
        .map(ValueRange.class::cast)
        .reduce(ValueRange.EMPTY, ValueRange::union);
  }

  /** Returns the mean absolute value; 0 where there are no numbers. */
  public static double meanMagnitude(INDArray x) {
    return x.isEmpty() ? 0 : sum(Pieces.run(dense(x), null, null, new Magnitude())) / x.length();
  }

  private static double sum(Object... parts) {
    return Arrays.stream(parts).mapToDouble(part -> (Double) part).sum();
  }

  private static INDArray dense(INDArray array) {
    return array.ordering() == 'c' && Shape.hasDefaultStridesForShape(array)
        ? array
        : array.dup('c');
  }
}
