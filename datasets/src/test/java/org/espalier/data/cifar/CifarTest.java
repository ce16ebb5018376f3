package org.espalier.data.cifar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.espalier.data.TestData.HADOOP;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.espalier.data.CorruptRecords;
import org.espalier.data.DataException;
import org.espalier.data.DataSpec;
import org.espalier.data.Datasets;
import org.espalier.data.ImageSet;
import org.espalier.data.LabeledImage;
import org.espalier.data.OnCorrupt;
import org.espalier.data.Part;
import org.espalier.data.RandomStreams;
import org.espalier.data.TestData;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CifarTest {
  private static final int ROW = 3073;

  @TempDir Path folder;

  @Test
  void rowsBecomeInterleavedImagesNumberedThroughAllFiles() throws IOException {
    byte[] first = rows(7, 1);
    byte[] third = rows(5, 3);
    write("data_batch_1.bin", first);
    write("data_batch_3.bin", third);

    ImageSet set = open("cifar10", Part.TRAIN, OnCorrupt.FAIL);
    List<LabeledImage> images = TestData.readAll(set, 3);

    assertThat(set.name()).isEqualTo("cifar10");
    assertThat(set.shape()).hasToString("32x32x3");
    assertThat(set.size()).isEqualTo(12);
    assertThat(set.corruptRecords()).isEqualTo(CorruptRecords.NONE);
    assertThat(images).extracting(LabeledImage::index).isEqualTo(indices(12));
    LabeledImage ninth = images.get(8);
    assertThat(ninth.label()).isEqualTo(third[ROW]);
    for (int y : new int[] {0, 13, 31}) {
      for (int x : new int[] {0, 7, 31}) {
        for (int c = 0; c < 3; c++) {
          assertThat(ninth.pixels()[(y * 32 + x) * 3 + c])
              .isEqualTo(third[ROW + 1 + c * 1024 + y * 32 + x]);
        }
      }
    }
  }

  @Test
  void anyNumberOfSlicesGivesTheSameImages() throws IOException {
    write("data_batch_1.bin", rows(7, 1));
    write("data_batch_2.bin", rows(6, 2));
    ImageSet set = open("cifar10", Part.TRAIN, OnCorrupt.FAIL);
    List<LabeledImage> whole = TestData.readAll(set, 1);
    for (int count = 2; count <= 20; count++) {
      assertThat(TestData.readAll(set, count)).isEqualTo(whole);
    }
  }

  @Test
  void classNamesComeFromTheMetaFileOrAreNumbers() throws IOException {
    write("test_batch.bin", rows(2, 1));
    assertThat(open("cifar10", Part.TEST, OnCorrupt.FAIL).classNames())
        .containsExactly("0", "1", "2", "3", "4", "5", "6", "7", "8", "9");
    Files.writeString(folder.resolve("batches.meta.txt"), "a\nb\nc\nd\ne\nf\ng\nh\ni\nj\n\n");
    assertThat(open("cifar10", Part.TEST, OnCorrupt.FAIL).classNames()).contains("a", "j");
    Files.writeString(folder.resolve("batches.meta.txt"), "a\nb\n");
    assertThatThrownBy(() -> open("cifar10", Part.TEST, OnCorrupt.FAIL))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("batches.meta.txt: it holds 2 names, it must hold 10");
  }

  @Test
  void missingFilesAreNamed() throws IOException {
    write("data_batch_1.bin", rows(1, 1));
    assertThatThrownBy(() -> open("cifar10", Part.TEST, OnCorrupt.SKIP))
        .isInstanceOf(DataException.class)
        .hasMessageMatching(
            "Cannot open CIFAR-10 data: file:.* holds none of the test files \\(test_batch.bin\\)");
    assertThatThrownBy(() -> open("cifar100", Part.TRAIN, OnCorrupt.FAIL))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("holds none of the training files (train.bin)");
  }

  @Test
  void fileCutByAHundredBytesIsFatalOrCostsOneRow() throws IOException {
    byte[] whole = rows(4, 1);
    write("data_batch_1.bin", Arrays.copyOf(whole, whole.length - 100));
    write("data_batch_2.bin", rows(2, 2));

    assertThatThrownBy(() -> open("cifar10", Part.TRAIN, OnCorrupt.FAIL))
        .isInstanceOf(DataException.class)
        .hasMessageMatching(
            "Cannot read CIFAR-10 file file:.*data_batch_1.bin: its size of 12192 bytes is not a"
                + " multiple of a row's 3073 bytes, row 3 at byte 9219 is cut short by 100 bytes");

    ImageSet set = open("cifar10", Part.TRAIN, OnCorrupt.SKIP);
    assertThat(set.size()).isEqualTo(5);
    assertThat(set.corruptRecords().count()).isEqualTo(1);
    assertThat(TestData.readAll(set, 2))
        .extracting(LabeledImage::index)
        .containsExactly(0L, 1L, 2L, 4L, 5L);
  }

  @Test
  void labelElevenIsFatalOrLeftOut() throws IOException {
    byte[] bytes = rows(6, 1);
    bytes[2 * ROW] = 11;
    bytes[3 * ROW] = (byte) 200;
    write("data_batch_1.bin", bytes);

    assertThatThrownBy(() -> open("cifar10", Part.TRAIN, OnCorrupt.FAIL))
        .isInstanceOf(DataException.class)
        .hasMessageMatching(
            "Cannot read CIFAR-10 file file:.*data_batch_1.bin: row 2 at byte 6146 is corrupt, its"
                + " label is 11, allowed is 0 to 9");

    ImageSet set = open("cifar10", Part.TRAIN, OnCorrupt.SKIP);
    assertThat(set.size()).isEqualTo(4);
    assertThat(set.corruptRecords().count()).isEqualTo(2);
    assertThat(set.corruptRecords().examples().get(1)).contains("row 3").contains("is 200");
    for (int slices = 1; slices < 6; slices++) {
      assertThat(TestData.readAll(set, slices))
          .extracting(LabeledImage::index)
          .containsExactly(0L, 1L, 4L, 5L);
    }
    assertThat(set.slices(2)).extracting("size").containsExactly(2L, 2L);
  }

  @Test
  void fineLabelIsTheClassOfCifar100() throws IOException {
    byte[] bytes = new byte[3 * 3074];
    bytes[0] = 19;
    bytes[1] = 99;
    bytes[3074 + 1] = 42;
    bytes[3074 + 2] = 77;
    write("train.bin", bytes);
    ImageSet set = open("cifar100", Part.TRAIN, OnCorrupt.FAIL);
    List<LabeledImage> images = TestData.readAll(set, 2);
    assertThat(set.classNames()).hasSize(100);
    assertThat(images).extracting(LabeledImage::label).containsExactly(99, 42, 0);
    assertThat(images.get(1).pixels()[0]).isEqualTo((byte) 77);

    bytes[3074] = 20;
    write("train.bin", bytes);
    assertThatThrownBy(() -> open("cifar100", Part.TRAIN, OnCorrupt.FAIL))
        .isInstanceOf(DataException.class)
        .hasMessageEndingWith(
            "row 1 at byte 3074 is corrupt, its coarse label is 20, allowed is 0 to 19");
    bytes[3074] = 0;
    bytes[3075] = 100;
    write("train.bin", bytes);
    assertThatThrownBy(() -> open("cifar100", Part.TRAIN, OnCorrupt.FAIL))
        .isInstanceOf(DataException.class)
        .hasMessageEndingWith("its fine label is 100, allowed is 0 to 99");
  }

  @Test
  void emptyFileAndRubbishAreRefused() throws IOException {
    write("test_batch.bin", new byte[0]);
    assertThatThrownBy(() -> open("cifar10", Part.TEST, OnCorrupt.FAIL))
        .isInstanceOf(DataException.class)
        .hasMessageEndingWith("test_batch.bin: it is empty");
    assertThatThrownBy(() -> open("cifar10", Part.TEST, OnCorrupt.SKIP))
        .isInstanceOf(DataException.class)
        .hasMessageEndingWith("no usable row is left");

    byte[] rubbish = new byte[3 * ROW];
    Arrays.fill(rubbish, (byte) 0xab);
    write("test_batch.bin", rubbish);
    assertThatThrownBy(() -> open("cifar10", Part.TEST, OnCorrupt.FAIL))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("row 0 at byte 0 is corrupt, its label is 171");
    assertThatThrownBy(() -> open("cifar10", Part.TEST, OnCorrupt.SKIP))
        .isInstanceOf(DataException.class)
        .hasMessageEndingWith("no usable row is left");
  }

  @Test
  void fileThatShrinksOrSpoilsAfterOpeningIsReported() throws IOException {
    write("test_batch.bin", rows(3, 1));
    ImageSet set = open("cifar10", Part.TEST, OnCorrupt.FAIL);
    byte[] spoilt = rows(3, 1);
    spoilt[ROW] = 10;
    write("test_batch.bin", spoilt);
    assertThatThrownBy(() -> TestData.readAll(set, 1))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("row 1 at byte 3073 is corrupt, its label is 10");
    write("test_batch.bin", rows(2, 1));
    assertThatThrownBy(() -> TestData.readAll(set, 1))
        .isInstanceOf(DataException.class)
        .hasMessageEndingWith("it became shorter since it was opened");
  }

  private ImageSet open(String format, Part part, OnCorrupt policy) throws IOException {
    return Datasets.open(
        DataSpec.of(format, folder.toUri().toString()).withOnCorrupt(policy), part, HADOOP);
  }

  private void write(String name, byte[] bytes) throws IOException {
    Files.write(folder.resolve(name), bytes);
  }

  private static List<Long> indices(int count) {
    return LongStream.range(0, count).boxed().toList();
  }

  private static byte[] rows(int count, long seed) {
    SplittableRandom random = RandomStreams.of(seed, "test");
    byte[] bytes = new byte[count * ROW];
    random.nextBytes(bytes);
    for (int i = 0; i < count; i++) {
      bytes[i * ROW] = (byte) random.nextInt(10);
    }
    return bytes;
  }
}
