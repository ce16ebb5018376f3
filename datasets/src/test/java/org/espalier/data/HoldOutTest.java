package org.espalier.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;

class HoldOutTest {
  private static final Configuration HADOOP = new Configuration(false);

  private static ImageSet set(int images) throws IOException {
    SyntheticSpec spec = new SyntheticSpec(1, images, 1, 4, 16, 16, 1, 1.0);
    return Datasets.open(DataSpec.of(spec), Part.TRAIN, HADOOP);
  }

  private static List<Long> indices(ImageSet set, int slices) throws IOException {
    List<Long> indices = new ArrayList<>();
    long first = 0;
    for (ImageSlice slice : set.slices(slices)) {
      List<LabeledImage> read = slice.read(HADOOP).images();
      assertThat(slice.first()).isEqualTo(first);
      assertThat(read).hasSize((int) slice.size());
      read.forEach(image -> indices.add(image.index()));
      first += slice.size();
    }
    return indices;
  }

  @Property(tries = 40)
  void everyImageIsInOneOfTheTwoHoweverTheyAreCut(
      @ForAll @IntRange(min = 2, max = 700) int images,
      @ForAll @IntRange(min = 1, max = 699) int held,
      @ForAll @IntRange(min = 1, max = 9) int slices)
      throws IOException {
    int few = Math.min(held, images - 1);
    HoldOut parts = HoldOut.of(set(images), few, 1);
    List<Long> rest = indices(parts.rest(), slices);
    List<Long> heldOut = indices(parts.heldOut(), slices);
    assertThat(heldOut).hasSize(few).isSorted();
    assertThat(rest).hasSize(images - few).isSorted();
    TreeSet<Long> all = new TreeSet<>(rest);
    all.addAll(heldOut);
    assertThat(all).containsExactlyElementsOf(LongStream.range(0, images).boxed().toList());
    assertThat(indices(parts.heldOut(), 1)).isEqualTo(heldOut);
  }

  @Test
  void theSeedDecidesWhichImages() throws IOException {
    List<Long> first = indices(HoldOut.of(set(300), 60, 1).heldOut(), 2);
    assertThat(indices(HoldOut.of(set(300), 60, 1).heldOut(), 2)).isEqualTo(first);
    assertThat(indices(HoldOut.of(set(300), 60, 2).heldOut(), 2)).isNotEqualTo(first);
    assertThat(first.stream().filter(index -> index < 150).count()).isBetween(18L, 42L);
  }

  @Test
  void refusesToHoldOutAllOrNothing() throws IOException {
    ImageSet set = set(3);
    String rule =
        "Cannot hold images out: there must be at least 1, and fewer than the 3 that there are";
    assertThatThrownBy(() -> HoldOut.of(set, 3, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(rule + " (3)");
    assertThatThrownBy(() -> HoldOut.of(set, 0, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(rule + " (0)");
  }
}
