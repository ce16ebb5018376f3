package org.espalier.data.transform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.espalier.data.ImageShape;
import org.espalier.data.LabeledImage;
import org.espalier.data.RandomStreams;
import org.espalier.data.TestData;
import org.junit.jupiter.api.Test;

class ImagePipelineTest {
  private static final ImageShape SHAPE = new ImageShape(6, 5, 3);
  private static final Normalization PLAIN =
      Normalization.of(new float[3], new float[] {1 / 255f, 1 / 255f, 1 / 255f});

  @Property(tries = 100)
  void augmentationDependsOnSeedEpochAndIndexAlone(
      @ForAll long seed,
      @ForAll @IntRange(max = 1000) int epoch,
      @ForAll @IntRange(max = 100_000) int index)
      throws IOException {
    ImagePipeline pipeline = ImagePipeline.train(4, true, Normalization.IMAGENET);
    float[] alone = floats(pipeline, image(index), seed, epoch);
    floats(pipeline, image(index + 1), seed, epoch);
    float[] among = new float[3 * SHAPE.size()];
    TestData.travelled(pipeline).into(image(index), seed, epoch, among, SHAPE.size());
    assertThat(Arrays.copyOfRange(among, SHAPE.size(), 2 * SHAPE.size())).isEqualTo(alone);
  }

  @Test
  void seedEpochAndIndexEachChangeTheAugmentation() {
    ImagePipeline pipeline = ImagePipeline.train(2, true, PLAIN);
    int[] changed = new int[3];
    for (int i = 0; i < 200; i++) {
      LabeledImage image = image(i);
      LabeledImage renumbered =
          new LabeledImage(image.pixels(), 6, 5, 3, image.label(), image.index() + 1000);
      float[] base = floats(pipeline, image, 1, 0);
      changed[0] += Arrays.equals(base, floats(pipeline, image, 2, 0)) ? 0 : 1;
      changed[1] += Arrays.equals(base, floats(pipeline, image, 1, 1)) ? 0 : 1;
      changed[2] += Arrays.equals(base, floats(pipeline, renumbered, 1, 0)) ? 0 : 1;
    }
    assertThat(IntStream.of(changed)).allMatch(count -> count > 180);
  }

  @Property(tries = 50)
  void mirroringTwiceIsTheImageItself(
      @ForAll @IntRange(min = 1, max = 9) int height,
      @ForAll @IntRange(min = 1, max = 9) int width,
      @ForAll @IntRange(min = 1, max = 4) int channels,
      @ForAll long seed) {
    ImageShape shape = new ImageShape(height, width, channels);
    byte[] pixels = new byte[shape.size()];
    RandomStreams.of(seed, "test").nextBytes(pixels);
    byte[] once = new byte[pixels.length];
    byte[] twice = new byte[pixels.length];
    HorizontalFlip.mirror(pixels, once, shape);
    HorizontalFlip.mirror(once, twice, shape);
    assertThat(twice).isEqualTo(pixels);
    assertThat(once[0]).isEqualTo(pixels[(width - 1) * channels]);
  }

  @Property(tries = 200)
  void shiftingTakesPixelsFromTheirPlaceAndBlackFromOutside(
      @ForAll @IntRange(min = -8, max = 8) int down,
      @ForAll @IntRange(min = -8, max = 8) int right) {
    byte[] pixels = image(3).pixels();
    byte[] shifted = new byte[pixels.length];
    Arrays.fill(shifted, (byte) 99);
    RandomCrop.shift(pixels, shifted, SHAPE, down, right);
    for (int y = 0; y < 6; y++) {
      for (int x = 0; x < 5; x++) {
        boolean inside = y + down >= 0 && y + down < 6 && x + right >= 0 && x + right < 5;
        for (int c = 0; c < 3; c++) {
          byte expected = inside ? pixels[((y + down) * 5 + x + right) * 3 + c] : 0;
          assertThat(shifted[(y * 5 + x) * 3 + c]).isEqualTo(expected);
        }
      }
    }
  }

  @Test
  void cropsReachEveryOffsetAndFlipsAreHalf() {
    ImageShape dot = new ImageShape(9, 9, 1);
    byte[] pixels = new byte[81];
    pixels[40] = 1;
    int[] seen = new int[81];
    int flipped = 0;
    for (int i = 0; i < 8_000; i++) {
      byte[] out = new byte[81];
      new RandomCrop(4).apply(pixels, out, dot, RandomStreams.of(1, "crop", i));
      for (int k = 0; k < 81; k++) {
        seen[k] += out[k];
      }
      new HorizontalFlip().apply(new byte[] {1, 0}, out, new ImageShape(1, 2, 1), stream(i));
      flipped += out[1];
    }
    assertThat(IntStream.of(seen)).allMatch(count -> count > 50 && count < 160);
    assertThat(flipped).isBetween(3_800, 4_200);
  }

  @Test
  void evaluationNormalisesAndDrawsNothing() {
    ImagePipeline pipeline = ImagePipeline.evaluation(Normalization.IMAGENET);
    LabeledImage image = image(7);
    float[] out = floats(pipeline, image, 1, 0);
    assertThat(floats(pipeline, image, 99, 5)).isEqualTo(out);
    float[] mean = {0.485f, 0.456f, 0.406f};
    float[] std = {0.229f, 0.224f, 0.225f};
    for (int i = 0; i < out.length; i++) {
      float expected = ((image.pixels()[i] & 0xff) / 255f - mean[i % 3]) / std[i % 3];
      assertThat(out[i]).isEqualTo(expected, within(1e-6f));
    }
  }

  @Test
  void trainingWithoutCropAndFlipIsEvaluation() {
    LabeledImage image = image(7);
    assertThat(floats(ImagePipeline.train(0, false, PLAIN), image, 1, 0))
        .isEqualTo(floats(ImagePipeline.evaluation(PLAIN), image, 1, 0));
  }

  @Test
  void theStoredImageIsNeverChanged() {
    LabeledImage image = image(7);
    byte[] before = image.pixels().clone();
    for (int epoch = 0; epoch < 20; epoch++) {
      floats(ImagePipeline.train(4, true, PLAIN), image, 1, epoch);
    }
    assertThat(image.pixels()).isEqualTo(before);
  }

  @Test
  void wrongChannelsPaddingDeviationAndPurposesAreRefused() {
    assertThatThrownBy(() -> floats(ImagePipeline.evaluation(Normalization.MNIST), image(1), 1, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot normalise image 1 (6x5x3, label 1): the normalisation has 1 channels");
    assertThatThrownBy(() -> ImagePipeline.train(-1, true, PLAIN))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot crop: the padding must not be negative (-1)");
    assertThatThrownBy(() -> Normalization.of(new float[] {0}, new float[] {0}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot normalise: a deviation must be positive (0.0)");
    assertThatThrownBy(() -> Normalization.of(new float[2], new float[1]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("a mean and a deviation for each channel (2 and 1)");
    assertThatThrownBy(() -> Normalization.usual(2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot choose a normalisation: channels must be 1 or 3 (2)");
    List<Transform> twice = List.of(new HorizontalFlip(), new HorizontalFlip());
    assertThatThrownBy(() -> new ImagePipeline(twice, PLAIN))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("Cannot make a pipeline: two transforms have the same purpose");
  }

  private static SplittableRandom stream(int i) {
    return RandomStreams.of(1, "flip", i);
  }

  private static float[] floats(ImagePipeline pipeline, LabeledImage image, long seed, int epoch) {
    float[] out = new float[image.pixels().length];
    pipeline.into(image, seed, epoch, out, 0);
    return out;
  }

  private static LabeledImage image(int index) {
    byte[] pixels = new byte[SHAPE.size()];
    RandomStreams.of(3, "test", index).nextBytes(pixels);
    return new LabeledImage(pixels, 6, 5, 3, index % 10, index);
  }
}
