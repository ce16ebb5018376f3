package org.espalier.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;

class FirstImagesTest {
  private static final Configuration HADOOP = new Configuration(false);

  private static ImageSet set(int images) throws IOException {
    SyntheticSpec spec = new SyntheticSpec(1, images, 1, 4, 16, 16, 1, 1.0);
    return Datasets.open(DataSpec.of(spec), Part.TRAIN, HADOOP);
  }

  @Property(tries = 40)
  void holdsTheFirstImagesHoweverItIsCut(
      @ForAll @IntRange(min = 4, max = 700) int images,
      @ForAll @IntRange(min = 1, max = 800) int limit,
      @ForAll @IntRange(min = 1, max = 9) int slices)
      throws IOException {
    ImageSet first = set(images).first(limit);
    List<Long> indices = new ArrayList<>();
    for (ImageSlice slice : first.slices(slices)) {
      List<LabeledImage> read = slice.read(HADOOP).images();
      assertThat(read).hasSize((int) slice.size());
      read.forEach(image -> indices.add(image.index()));
    }
    assertThat(first.size()).isEqualTo(Math.min(images, limit));
    assertThat(indices).isEqualTo(LongStream.range(0, first.size()).boxed().toList());
  }

  @Test
  void refusesALimitOfNothing() throws IOException {
    ImageSet set = set(3);
    assertThatThrownBy(() -> set.first(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot limit a data set: the number of images must be at least 1 (0)");
  }
}
