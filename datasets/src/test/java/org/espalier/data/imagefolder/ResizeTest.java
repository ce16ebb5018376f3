package org.espalier.data.imagefolder;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class ResizeTest {
  @Property(tries = 200)
  void aUniformImageStaysUniformAtAnySize(
      @ForAll @IntRange(min = 1, max = 40) int height,
      @ForAll @IntRange(min = 1, max = 40) int width,
      @ForAll @IntRange(min = 1, max = 20) int newHeight,
      @ForAll @IntRange(min = 1, max = 20) int newWidth,
      @ForAll byte value) {
    byte[] rgb = new byte[height * width * 3];
    Arrays.fill(rgb, value);
    byte[] resized = Resize.cover(new ImageDecoder.Pixels(rgb, height, width), newHeight, newWidth);
    assertThat(resized).hasSize(newHeight * newWidth * 3).containsOnly(value);
  }

  @Test
  void theRightSizeIsLeftAlone() {
    byte[] rgb = {1, 2, 3, 4, 5, 6};
    assertThat(Resize.cover(new ImageDecoder.Pixels(rgb, 1, 2), 1, 2)).isEqualTo(rgb);
  }

  @Test
  void aWideImageLosesBothSides() {
    byte[] rgb = new byte[2 * 6 * 3];
    for (int y = 0; y < 2; y++) {
      for (int x = 0; x < 6; x++) {
        Arrays.fill(rgb, (y * 6 + x) * 3, (y * 6 + x) * 3 + 3, (byte) (10 * x));
      }
    }
    byte[] square = Resize.cover(new ImageDecoder.Pixels(rgb, 2, 6), 2, 2);
    assertThat(square).containsExactly(20, 20, 20, 30, 30, 30, 20, 20, 20, 30, 30, 30);
  }

  @Test
  void halvingWeighsNeighboursByATriangle() {
    byte[] rgb = new byte[8 * 3];
    Arrays.fill(rgb, 9, 12, (byte) 80);
    byte[] halved = Resize.cover(new ImageDecoder.Pixels(repeat(rgb, 8), 8, 8), 4, 4);
    assertThat(new byte[] {halved[0], halved[3], halved[6], halved[9]})
        .containsExactly(0, 30, 10, 0);
  }

  @Test
  void doublingInterpolatesBetweenPixelCentres() {
    byte[] rgb = {0, 0, 0, 100, 100, 100};
    byte[] doubled = Resize.cover(new ImageDecoder.Pixels(repeat(rgb, 2), 2, 2), 4, 4);
    assertThat(new byte[] {doubled[0], doubled[3], doubled[6], doubled[9]})
        .containsExactly(0, 25, 75, 100);
  }

  private static byte[] repeat(byte[] row, int times) {
    byte[] rows = new byte[row.length * times];
    for (int i = 0; i < times; i++) {
      System.arraycopy(row, 0, rows, i * row.length, row.length);
    }
    return rows;
  }
}
