package org.espalier.data.synthetic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.espalier.data.TestData.HADOOP;

import java.io.IOException;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import org.espalier.data.DataSpec;
import org.espalier.data.Datasets;
import org.espalier.data.ImageSet;
import org.espalier.data.LabeledImage;
import org.espalier.data.Part;
import org.espalier.data.RandomStreams;
import org.espalier.data.SyntheticSpec;
import org.espalier.data.TestData;
import org.junit.jupiter.api.Test;

class SyntheticTest {
  private static final SyntheticSpec SMALL = new SyntheticSpec(1, 2_000, 500, 10, 32, 32, 3, 1);

  @Test
  void anImageDependsOnSeedPartAndIndexAlone() throws IOException {
    SyntheticSpec spec = new SyntheticSpec(5, 23, 11, 4, 20, 24, 1, 1);
    List<LabeledImage> whole = TestData.readAll(open(spec, Part.TRAIN), 1);
    assertThat(TestData.readAll(open(spec, Part.TRAIN), 5)).isEqualTo(whole);
    SyntheticSpec longer = new SyntheticSpec(5, 99, 11, 4, 20, 24, 1, 1);
    assertThat(TestData.readAll(open(longer, Part.TRAIN), 2).subList(0, 23)).isEqualTo(whole);

    assertThat(whole.get(3).shape()).hasToString("20x24x1");
    assertThat(TestData.readAll(open(spec, Part.TEST), 1).get(3)).isNotEqualTo(whole.get(3));
    SyntheticSpec other = new SyntheticSpec(6, 23, 11, 4, 20, 24, 1, 1);
    assertThat(TestData.readAll(open(other, Part.TRAIN), 1).get(3)).isNotEqualTo(whole.get(3));
  }

  @Test
  void pixelsStayTheSameFromReleaseToRelease() {
    long sum = 0;
    for (int i = 0; i < 20; i++) {
      for (byte pixel : new Painter(SyntheticSpec.DEFAULT, Part.TRAIN, i).paint().pixels()) {
        sum = 31 * sum + pixel;
      }
    }
    assertThat(sum).isEqualTo(RELEASED);
  }

  private static final long RELEASED = -1300906840813308951L;

  @Test
  void classesAreBalanced() throws IOException {
    ImageSet set = open(SMALL, Part.TEST);
    int[] counts = new int[10];
    for (LabeledImage image : TestData.readAll(set, 3)) {
      counts[image.label()]++;
    }
    assertThat(set.classNames()).hasSize(10);
    assertThat(counts).containsOnly(50);
  }

  @Test
  void everyNumberOfClassesCanBeDrawn() throws IOException {
    for (int classes : new int[] {2, 3, 37, 100}) {
      SyntheticSpec spec = new SyntheticSpec(1, 2 * classes, 1, classes, 16, 16, 3, 4);
      assertThat(TestData.readAll(open(spec, Part.TRAIN), 1)).hasSize(2 * classes);
    }
  }

  @Property(tries = 300)
  void mirroredFiguresAreThemselves(
      @ForAll Figure figure,
      @ForAll @DoubleRange(min = -1.5, max = 1.5) double u,
      @ForAll @DoubleRange(min = -1.5, max = 1.5) double v) {
    assertThat(figure.contains(-u, v)).isEqualTo(figure.contains(u, v));
  }

  @Property(tries = 300)
  void texturesStayBetweenTheirTwoColours(
      @ForAll Texture texture,
      @ForAll @DoubleRange(min = -1.5, max = 1.5) double u,
      @ForAll @DoubleRange(min = -1.5, max = 1.5) double v,
      @ForAll @DoubleRange(max = 1) double phase) {
    assertThat(texture.at(u, v, phase, 1)).isBetween(0.0, 1.0);
  }

  @Test
  void meansOfPixelsTellNothing() throws IOException {
    List<LabeledImage> train = open(SMALL, Part.TRAIN).slices(1).get(0).read(HADOOP).images();
    List<LabeledImage> test = open(SMALL, Part.TEST).slices(1).get(0).read(HADOOP).images();
    float[][] means = new float[10][32 * 32 * 3];
    for (LabeledImage image : train) {
      for (int i = 0; i < image.pixels().length; i++) {
        means[image.label()][i] += (image.pixels()[i] & 0xff) / 200f;
      }
    }
    int right = 0;
    for (LabeledImage image : test) {
      right += nearest(means, image) == image.label() ? 1 : 0;
    }
    assertThat(right / (double) test.size()).isLessThan(0.25);
  }

  @Test
  void aLinearClassifierStaysNearChance() throws IOException {
    List<LabeledImage> train = open(SMALL, Part.TRAIN).slices(1).get(0).read(HADOOP).images();
    List<LabeledImage> test = open(SMALL, Part.TEST).slices(1).get(0).read(HADOOP).images();
    float[][] weights = new float[10][32 * 32 * 3 + 1];
    SplittableRandom random = RandomStreams.of(1, "linear");
    for (int step = 0; step < 6_000; step++) {
      LabeledImage image = train.get(random.nextInt(train.size()));
      double[] p = softmax(weights, image);
      for (int k = 0; k < 10; k++) {
        float slope = (float) (0.002 * ((k == image.label() ? 1 : 0) - p[k]));
        weights[k][0] += slope;
        for (int i = 0; i < image.pixels().length; i++) {
          weights[k][i + 1] += slope * value(image, i);
        }
      }
    }
    int right = 0;
    for (LabeledImage image : test) {
      double[] p = softmax(weights, image);
      int best = 0;
      for (int k = 1; k < 10; k++) {
        best = p[k] > p[best] ? k : best;
      }
      right += best == image.label() ? 1 : 0;
    }
    assertThat(right / (double) test.size()).isLessThan(0.35);
  }

  private static double[] softmax(float[][] weights, LabeledImage image) {
    double[] p = new double[weights.length];
    double sum = 0;
    for (int k = 0; k < p.length; k++) {
      float logit = weights[k][0];
      for (int i = 0; i < image.pixels().length; i++) {
        logit += weights[k][i + 1] * value(image, i);
      }
      p[k] = Math.exp(logit);
      sum += p[k];
    }
    for (int k = 0; k < p.length; k++) {
      p[k] /= sum;
    }
    return p;
  }

  private static float value(LabeledImage image, int i) {
    return (image.pixels()[i] & 0xff) / 128f - 1;
  }

  private static int nearest(float[][] means, LabeledImage image) {
    int best = 0;
    double least = Double.MAX_VALUE;
    for (int k = 0; k < means.length; k++) {
      double distance = 0;
      for (int i = 0; i < means[k].length; i++) {
        double difference = means[k][i] - (image.pixels()[i] & 0xff);
        distance += difference * difference;
      }
      if (distance < least) {
        least = distance;
        best = k;
      }
    }
    return best;
  }

  private static ImageSet open(SyntheticSpec spec, Part part) throws IOException {
    return Datasets.open(DataSpec.of(spec), part, HADOOP);
  }
}
