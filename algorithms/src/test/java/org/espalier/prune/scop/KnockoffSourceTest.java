package org.espalier.prune.scop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.espalier.data.ImageShape;
import org.espalier.data.LabeledImage;
import org.espalier.data.batch.Batch;
import org.espalier.data.transform.Normalization;
import org.junit.jupiter.api.Test;

class KnockoffSourceTest {
  private static final ImageShape SHAPE = new ImageShape(4, 4, 3);

  /** Rows of correlated numbers, followed by room for as many knockoffs. */
  private static float[] stacked(int rows, long seed) {
    float[] images = Arrays.copyOf(images(rows, seed), 2 * rows * SHAPE.size());
    Arrays.fill(images, rows * SHAPE.size(), images.length, Float.NaN);
    return images;
  }

  private static float[] images(int rows, long seed) {
    NormalNumbers normal = new NormalNumbers(new SplittableRandom(seed));
    float[] images = new float[rows * SHAPE.size()];
    for (int row = 0; row < rows; row++) {
      double common = normal.next();
      for (int p = 0; p < SHAPE.size(); p++) {
        images[row * SHAPE.size() + p] = (float) (0.7 * common + normal.next() + p % 3);
      }
    }
    return images;
  }

  private static Batch batch(int rows, long seed) {
    return new Batch(images(rows, seed), new int[rows], rows, SHAPE, new long[rows]);
  }

  private static float[] row(float[] stacked, int row) {
    return Arrays.copyOfRange(stacked, row * SHAPE.size(), (row + 1) * SHAPE.size());
  }

  private static void assertFilled(KnockoffSource source, int rows) {
    float[] before = stacked(rows, 1);
    float[] once = before.clone();
    float[] twice = before.clone();
    float[] other = before.clone();
    int[] origin = source.fill(once, rows, SHAPE, new SplittableRandom(1));
    source.fill(twice, rows, SHAPE, new SplittableRandom(1));
    source.fill(other, rows, SHAPE, new SplittableRandom(2));
    assertThat(origin).hasSize(rows);
    assertThat(Arrays.copyOf(once, rows * SHAPE.size()))
        .isEqualTo(Arrays.copyOf(before, rows * SHAPE.size()));
    for (float value : once) {
      assertThat(value).isFinite();
    }
    assertThat(twice).isEqualTo(once);
    assertThat(other).isNotEqualTo(once);
  }

  @Property(tries = 200)
  void aDerangementLeavesNoRowInItsPlaceAndTakesEachOnce(
      @ForAll @IntRange(min = 2, max = 300) int rows, @ForAll long seed) {
    int[] order = Orders.deranged(rows, new SplittableRandom(seed));
    boolean[] taken = new boolean[rows];
    for (int i = 0; i < rows; i++) {
      assertThat(order[i]).isNotEqualTo(i);
      assertThat(taken[order[i]]).isFalse();
      taken[order[i]] = true;
    }
  }

  @Property(tries = 100)
  void aShiftIsACyclicRoll(
      @ForAll @IntRange(min = 2, max = 12) int rows,
      @ForAll @IntRange(min = 1, max = 11) int shift) {
    if (shift % rows != 0) {
      float[] images = stacked(rows, 3);
      int[] origin =
          Derangement.shiftedBy(shift).fill(images, rows, SHAPE, new SplittableRandom(0));
      for (int i = 0; i < rows; i++) {
        assertThat(origin[i]).isEqualTo(((i - shift) % rows + rows) % rows);
        assertThat(row(images, rows + i)).isEqualTo(row(images, origin[i]));
      }
    }
  }

  @Test
  void everySourceFillsTheSecondHalfFromItsStream() {
    assertFilled(Derangement.random(), 9);
    assertFilled(new Permutation(), 9);
    assertFilled(new Noise(), 9);
    assertFilled(GaussianKnockoffs.fit(List.of(batch(300, 5)), 2), 9);
    assertFilled(generated(), 9);
  }

  @Test
  void aDerangementCopiesTheRowsThatItNames() {
    float[] images = stacked(7, 1);
    int[] origin = Derangement.random().fill(images, 7, SHAPE, new SplittableRandom(1));
    for (int i = 0; i < 7; i++) {
      assertThat(row(images, 7 + i)).isEqualTo(row(images, origin[i]));
    }
  }

  @Test
  void aPermutationKeepsOneRowInPlaceOnAverage() {
    int fixed = 0;
    for (int seed = 0; seed < 4000; seed++) {
      int[] origin = new Permutation().fill(stacked(6, 1), 6, SHAPE, new SplittableRandom(seed));
      for (int i = 0; i < 6; i++) {
        fixed += origin[i] == i ? 1 : 0;
      }
    }
    assertThat(fixed / 4000.0).isCloseTo(1, within(0.08));
  }

  @Test
  void noiseHasTheMomentsOfEachChannel() {
    int rows = 2000;
    float[] images = stacked(rows, 1);
    new Noise().fill(images, rows, SHAPE, new SplittableRandom(1));
    for (int c = 0; c < 3; c++) {
      double[] real = moments(images, 0, rows, c);
      double[] noise = moments(images, rows, rows, c);
      assertThat(noise[0]).isCloseTo(real[0], within(0.03));
      assertThat(noise[1]).isCloseTo(real[1], within(0.03));
    }
  }

  private static double[] moments(float[] images, int first, int rows, int channel) {
    Covariance covariance = new Covariance(1);
    for (int p = first * SHAPE.size() + channel; p < (first + rows) * SHAPE.size(); p += 3) {
      covariance.add(new double[] {images[p]});
    }
    return new double[] {covariance.mean()[0], Math.sqrt(covariance.matrix()[0][0])};
  }

  @Test
  void gaussianKnockoffsHaveTheCoarseMomentsOfRealImages() {
    int rows = 20_000;
    float[] images = stacked(rows, 8);
    GaussianKnockoffs.fit(List.of(batch(3000, 5), batch(3000, 6)), 2)
        .fill(images, rows, SHAPE, new SplittableRandom(1));
    Covariance joint = new Covariance(4);
    for (int i = 0; i < rows; i++) {
      joint.add(
          new double[] {
            block(images, i, 0),
            block(images, i, 1),
            block(images, rows + i, 0),
            block(images, rows + i, 1)
          });
    }
    double[][] covariance = joint.matrix();
    assertThat(joint.mean()[2]).isCloseTo(joint.mean()[0], within(0.03));
    assertThat(covariance[2][2]).isCloseTo(covariance[0][0], within(0.03));
    assertThat(covariance[2][3]).isCloseTo(covariance[0][1], within(0.03));
    assertThat(covariance[0][3]).isCloseTo(covariance[0][1], within(0.03));
    assertThat(covariance[0][2]).isLessThan(covariance[0][0] - 0.1);
  }

  /** The mean of the top left block of 2 x 2 pixels, in one channel. */
  private static double block(float[] images, int row, int channel) {
    int at = row * SHAPE.size() + channel;
    return (images[at] + images[at + 3] + images[at + 12] + images[at + 15]) / 4;
  }

  @Test
  void gaussianKnockoffsCarryTheFinePartOfAnotherImage() {
    float[] images = stacked(2, 8);
    GaussianKnockoffs.fit(List.of(batch(300, 5)), 2)
        .fill(images, 2, SHAPE, new SplittableRandom(1));
    for (int p : new int[] {0, 3, 12, 15}) {
      double fine = images[p] - block(images, 0, 0);
      double knockoff = images[3 * SHAPE.size() + p] - block(images, 3, 0);
      assertThat(knockoff).isCloseTo(fine, within(1e-5));
    }
  }

  private static GeneratedImages generated() {
    byte[][] pixels = new byte[40][SHAPE.size()];
    for (int i = 0; i < pixels.length; i++) {
      Arrays.fill(pixels[i], (byte) (6 * i));
    }
    List<LabeledImage> images =
        java.util.stream.IntStream.range(0, pixels.length)
            .mapToObj(i -> new LabeledImage(pixels[i], 4, 4, 3, 0, i))
            .toList();
    return new GeneratedImages(images, Normalization.IMAGENET);
  }

  @Test
  void generatedImagesAreNormalised() {
    float[] images = stacked(1, 1);
    generated().fill(images, 1, SHAPE, new SplittableRandom(1));
    float[] knockoff = row(images, 1);
    float[] std = Normalization.IMAGENET.std();
    float[] mean = Normalization.IMAGENET.mean();
    double pixel = knockoff[0] * std[0] + mean[0];
    assertThat(knockoff[2] * std[2] + mean[2]).isCloseTo((float) pixel, within(1e-5f));
    assertThat(pixel * 255 / 6).isCloseTo(Math.rint(pixel * 255 / 6), within(1e-3));
  }

  @Test
  void refusesBatchesThatCannotBeDeranged() {
    assertThatThrownBy(
            () -> Derangement.random().fill(stacked(1, 1), 1, SHAPE, new SplittableRandom(1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot derange a batch: it must have at least two rows (1)");
    assertThatThrownBy(
            () -> Derangement.shiftedBy(4).fill(stacked(2, 1), 2, SHAPE, new SplittableRandom(1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot derange a batch: a shift by 4 leaves every row in its place (2 rows)");
    assertThatThrownBy(() -> Derangement.shiftedBy(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot derange a batch: the shift must be at least 1 (0)");
  }

  @Test
  void refusesGeneratedImagesOfAnotherShape() {
    ImageShape other = new ImageShape(2, 2, 3);
    assertThatThrownBy(() -> generated().fill(new float[24], 1, other, new SplittableRandom(1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(
            "Cannot use a generated image as knockoff: real images are 2x2x3 (image ");
    assertThatThrownBy(() -> new GeneratedImages(List.of(), Normalization.IMAGENET))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot draw knockoffs from generated images: there are none (0)");
  }

  @Test
  void refusesGaussianKnockoffsThatCannotBeFitted() {
    assertThatThrownBy(() -> GaussianKnockoffs.fit(List.of(batch(300, 1)), 3))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot fit Gaussian knockoffs: a grid of 3 does not divide images of 4x4x3");
    assertThatThrownBy(() -> GaussianKnockoffs.fit(List.of(batch(20, 1)), 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Cannot fit Gaussian knockoffs: 12 features need at least twice as many images (20)");
    GaussianKnockoffs fitted = GaussianKnockoffs.fit(List.of(batch(300, 1)), 2);
    assertThatThrownBy(
            () -> fitted.fill(new float[24], 1, new ImageShape(2, 2, 3), new SplittableRandom(1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot make Gaussian knockoffs: they were fitted to images of 4x4x3 (2x2x3)");
  }
}
