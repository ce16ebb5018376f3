package org.espalier.spark.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.espalier.data.CorruptRecords;
import org.espalier.data.DataException;
import org.espalier.data.ImageSet;
import org.espalier.data.ImageShape;
import org.espalier.data.ImageSlice;
import org.espalier.data.LabeledImage;
import org.espalier.data.SliceContent;
import org.espalier.spark.SharedSpark;
import org.junit.jupiter.api.Test;

class ShardsTest {

  /** Images sorted by class; one index in ten proves corrupt on reading, if so wished. */
  private record SortedSet(int count, boolean corrupt, boolean fail) implements ImageSet {
    @Override
    public String name() {
      return "sorted";
    }

    @Override
    public ImageShape shape() {
      return new ImageShape(1, 2, 1);
    }

    @Override
    public List<String> classNames() {
      return List.of("0", "1", "2", "3");
    }

    @Override
    public long size() {
      return count;
    }

    @Override
    public List<ImageSlice> slices(int slices) {
      return IntStream.range(0, slices)
          .<ImageSlice>mapToObj(
              i -> new SortedSlice(this, i * count / slices, (i + 1) * count / slices))
          .toList();
    }

    @Override
    public CorruptRecords corruptRecords() {
      return CorruptRecords.NONE;
    }
  }

  private record SortedSlice(int count, boolean corrupt, boolean fail, int from, int to)
      implements ImageSlice {
    SortedSlice(SortedSet set, int from, int to) {
      this(set.count(), set.corrupt(), set.fail(), from, to);
    }

    @Override
    public long first() {
      return from;
    }

    @Override
    public long size() {
      return (long) to - from;
    }

    @Override
    public SliceContent read(Configuration hadoop) throws IOException {
      assertThat(hadoop.get("fs.defaultFS")).isNotBlank();
      List<LabeledImage> images = new ArrayList<>();
      List<String> wrong = new ArrayList<>();
      for (int index = from; index < to; index++) {
        if (corrupt && index % 10 == 3) {
          wrong.add("image " + index + " is torn");
        } else {
          byte[] pixels = {(byte) index, (byte) (index + 1)};
          images.add(new LabeledImage(pixels, 1, 2, 1, index * 4 / count, index));
        }
      }
      if (fail && !wrong.isEmpty()) {
        throw new DataException(wrong.get(0));
      }
      return new SliceContent(images, new CorruptRecords(wrong.size(), wrong));
    }
  }

  private static List<List<Long>> indices(Shards shards) {
    return shards.rdd().map(s -> s.images().stream().map(LabeledImage::index).toList()).collect();
  }

  @Test
  void contiguousShardsAreTheSetsSlices() throws IOException {
    try (Shards shards =
        Shards.contiguous(SharedSpark.context(), new SortedSet(10, false, false), 3)) {
      assertThat(indices(shards))
          .containsExactly(List.of(0L, 1L, 2L), List.of(3L, 4L, 5L), List.of(6L, 7L, 8L, 9L));
      assertThat(shards.sizes()).containsExactly(3, 3, 4);
      assertThat(shards.images()).isEqualTo(10);
      assertThat(shards.partitions()).isEqualTo(3);
      assertThat(shards.rdd().getStorageLevel().useMemory()).isTrue();
      LabeledImage image = shards.rdd().collect().get(1).images().get(1);
      assertThat(image).isEqualTo(new LabeledImage(new byte[] {4, 5}, 1, 2, 1, 1, 4));
    }
  }

  @Test
  void shuffledShardsShareEveryClassEvenlyAndReproducibly() throws IOException {
    SortedSet set = new SortedSet(400, false, false);
    try (Shards shards = Shards.shuffled(SharedSpark.context(), set, 3, 5);
        Shards again = Shards.shuffled(SharedSpark.context(), set, 3, 5);
        Shards other = Shards.shuffled(SharedSpark.context(), set, 3, 6)) {
      List<List<Long>> dealt = indices(shards);

      assertThat(shards.sizes()).containsExactlyInAnyOrder(133, 133, 134);
      assertThat(dealt.stream().flatMap(List::stream).sorted())
          .containsExactlyElementsOf(IntStream.range(0, 400).mapToObj(i -> (long) i).toList());
      assertThat(dealt).allSatisfy(shard -> assertThat(shard).isSorted());
      assertThat(indices(again)).isEqualTo(dealt);
      assertThat(indices(other)).isNotEqualTo(dealt);
      for (ImageShard shard : shards.rdd().collect()) {
        for (int label = 0; label < 4; label++) {
          int wanted = label;
          assertThat(shard.images().stream().filter(i -> i.label() == wanted).count())
              .isBetween(15L, 55L);
        }
      }
    }
  }

  @Test
  void corruptRecordsAreCountedOnceAndLeftOut() throws IOException {
    SortedSet set = new SortedSet(40, true, false);
    try (Shards contiguous = Shards.contiguous(SharedSpark.context(), set, 3);
        Shards shuffled = Shards.shuffled(SharedSpark.context(), set, 3, 5)) {
      CorruptRecords expected =
          new CorruptRecords(
              4,
              List.of(
                  "image 3 is torn", "image 13 is torn", "image 23 is torn", "image 33 is torn"));
      assertThat(contiguous.corruptRecords()).isEqualTo(expected);
      assertThat(shuffled.corruptRecords()).isEqualTo(expected);
      assertThat(contiguous.images()).isEqualTo(36).isEqualTo(shuffled.images());
    }
  }

  @Test
  void aFatalRecordIsReportedByItsOwnSentence() {
    SortedSet set = new SortedSet(40, true, true);

    assertThatThrownBy(() -> Shards.shuffled(SharedSpark.context(), set, 2, 5))
        .isInstanceOf(DataException.class)
        .hasMessageMatching("image (3|23) is torn");
  }

  @Test
  void refusesPartitionsWithoutExactlyOneShard() {
    assertThatThrownBy(
            () -> Shards.of(SharedSpark.context().parallelize(TinyData.packed(3, 4, 5), 2)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot use shards: every partition must hold one (2 partitions, 3 shards)");
    assertThatThrownBy(
            () -> Shards.contiguous(SharedSpark.context(), new SortedSet(4, false, false), 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot load shards: the number of partitions must be at least 1 (0)");
  }

  @Test
  void everyImageMustHaveTheShardsShape() {
    LabeledImage small = new LabeledImage(new byte[2], 1, 2, 1, 0, 9);

    assertThatThrownBy(
            () -> ImageShard.pack(0, TinyData.SHAPE, List.of(small), CorruptRecords.NONE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot pack a shard: images must all be 6x6x1 (image 9 (1x2x1, label 0))");
  }
}
