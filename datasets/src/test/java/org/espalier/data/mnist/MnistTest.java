package org.espalier.data.mnist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.espalier.data.TestData.HADOOP;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.espalier.data.DataException;
import org.espalier.data.DataSpec;
import org.espalier.data.Datasets;
import org.espalier.data.ImageSet;
import org.espalier.data.LabeledImage;
import org.espalier.data.OnCorrupt;
import org.espalier.data.Part;
import org.espalier.data.TestData;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MnistTest {
  private static final String IMAGES = "train-images-idx3-ubyte";
  private static final String LABELS = "train-labels-idx1-ubyte";
  private static final int COUNT = 5;
  private static final int SIZE = 28 * 28;

  @TempDir Path folder;
  private byte[] images;
  private byte[] labels;

  @BeforeEach
  void writeAWholeSet() throws IOException {
    ByteBuffer image = ByteBuffer.allocate(16 + COUNT * SIZE);
    image.putInt(0x803).putInt(COUNT).putInt(28).putInt(28);
    for (int i = 0; i < COUNT * SIZE; i++) {
      image.put((byte) (i % 251));
    }
    images = image.array();
    labels =
        ByteBuffer.allocate(8 + COUNT)
            .putInt(0x801)
            .putInt(COUNT)
            .put(new byte[] {3, 9, 0, 1, 7})
            .array();
    write(IMAGES, images);
    write(LABELS, labels);
  }

  @Test
  void plainAndGzipFilesGiveTheSameImages() throws IOException {
    ImageSet plain = open(OnCorrupt.FAIL);
    List<LabeledImage> whole = TestData.readAll(plain, 1);
    assertThat(plain.shape()).hasToString("28x28x1");
    assertThat(plain.classNames()).hasSize(10);
    assertThat(whole).extracting(LabeledImage::label).containsExactly(3, 9, 0, 1, 7);
    assertThat(whole).extracting(LabeledImage::index).containsExactly(0L, 1L, 2L, 3L, 4L);
    assertThat(whole.get(2).pixels()).isEqualTo(Arrays.copyOfRange(images, 16 + 2 * SIZE, 2368));
    assertThat(TestData.readAll(plain, 3)).isEqualTo(whole);

    remove(IMAGES);
    remove(LABELS);
    write(IMAGES + ".gz", gzip(images));
    write(LABELS + ".gz", gzip(labels));
    for (int slices = 1; slices < 8; slices++) {
      assertThat(TestData.readAll(open(OnCorrupt.FAIL), slices)).isEqualTo(whole);
    }
  }

  @Test
  void missingFileIsNamed() throws IOException {
    remove(LABELS);
    assertThatThrownBy(() -> open(OnCorrupt.FAIL))
        .isInstanceOf(DataException.class)
        .hasMessageEndingWith("holds neither " + LABELS + " nor " + LABELS + ".gz");
  }

  @Test
  void wrongHeadersAreAlwaysFatal() throws IOException {
    write(IMAGES, labels);
    refused("its magic number at byte 0 is 0x00000801, it must be 0x00000803");
    write(IMAGES, header(0x803, COUNT, 32, 28));
    refused("its header at byte 8 says 32x28 pixels, it must be 28x28");
    write(IMAGES, header(0x803, -1, 28, 28));
    refused("dimension 0 at byte 4 is -1, it must not be negative");
    write(IMAGES, new byte[7]);
    refused("its magic number at byte 0 is 0x00000000");
    write(IMAGES, new byte[0]);
    refused("it ends within its header of 16 bytes");
    remove(IMAGES);
    write(IMAGES + ".gz", images);
    refused("it is not a gzip file");
  }

  @Test
  void numbersOfImagesAndLabelsMustBeEqual() throws IOException {
    write(LABELS, Arrays.copyOf(header(0x801, 4), 12));
    refused("holds 5 images but");
    refused("holds 4 labels, they must be equal");
  }

  @Test
  void labelOutOfRangeIsFatalOrLeftOut() throws IOException {
    labels[8 + 1] = 10;
    write(LABELS, labels);
    assertThatThrownBy(() -> open(OnCorrupt.FAIL))
        .isInstanceOf(DataException.class)
        .hasMessageEndingWith("label 1 at byte 9 is 10, allowed is 0 to 9");
    ImageSet set = open(OnCorrupt.SKIP);
    assertThat(set.size()).isEqualTo(4);
    assertThat(set.corruptRecords().count()).isEqualTo(1);
    for (int slices = 1; slices < 5; slices++) {
      assertThat(TestData.readAll(set, slices))
          .extracting(LabeledImage::index)
          .containsExactly(0L, 2L, 3L, 4L);
    }
  }

  @Test
  void shortImageFileIsFatalOrCostsWhatIsMissing() throws IOException {
    write(IMAGES, Arrays.copyOf(images, 16 + 2 * SIZE + 10));
    assertThatThrownBy(() -> open(OnCorrupt.FAIL))
        .isInstanceOf(DataException.class)
        .hasMessageEndingWith(
            "it ends at byte 1594, its header promises 3936 bytes, record 2 is missing");
    ImageSet set = open(OnCorrupt.SKIP);
    assertThat(set.corruptRecords().count()).isEqualTo(3);
    assertThat(TestData.readAll(set, 2)).extracting(LabeledImage::index).containsExactly(0L, 1L);
  }

  @Test
  void shortLabelFileIsFatalOrCostsWhatIsMissing() throws IOException {
    write(LABELS, Arrays.copyOf(labels, 8 + 3));
    assertThatThrownBy(() -> open(OnCorrupt.FAIL))
        .isInstanceOf(DataException.class)
        .hasMessageEndingWith(
            "it ends at byte 11, its header promises 13 bytes, record 3 is missing");
    ImageSet set = open(OnCorrupt.SKIP);
    assertThat(set.size()).isEqualTo(3);
    assertThat(set.corruptRecords().count()).isEqualTo(2);
  }

  @Test
  void cutGzipIsTreatedAsAShortFile() throws IOException {
    remove(IMAGES);
    byte[] packed = gzip(images);
    write(IMAGES + ".gz", Arrays.copyOf(packed, packed.length - 20));
    assertThatThrownBy(() -> open(OnCorrupt.FAIL))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("it ends at byte")
        .hasMessageContaining("its header promises 3936 bytes");
  }

  @Test
  void longFileIsReported() throws IOException {
    write(LABELS, Arrays.copyOf(labels, labels.length + 2));
    assertThatThrownBy(() -> open(OnCorrupt.FAIL))
        .isInstanceOf(DataException.class)
        .hasMessageEndingWith("it goes on after the 13 bytes that its header promises");
  }

  private void refused(String reason) {
    for (OnCorrupt policy : OnCorrupt.values()) {
      assertThatThrownBy(() -> open(policy))
          .isInstanceOf(DataException.class)
          .hasMessageContaining(reason);
    }
  }

  private ImageSet open(OnCorrupt policy) throws IOException {
    DataSpec spec = DataSpec.of("mnist", folder.toUri().toString()).withOnCorrupt(policy);
    return Datasets.open(spec, Part.TRAIN, HADOOP);
  }

  private static byte[] header(int... values) {
    ByteBuffer header = ByteBuffer.allocate(4 * values.length);
    Arrays.stream(values).forEach(header::putInt);
    return header.array();
  }

  private static byte[] gzip(byte[] bytes) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(packed)) {
      out.write(bytes);
    }
    return packed.toByteArray();
  }

  private void write(String name, byte[] bytes) throws IOException {
    Files.write(folder.resolve(name), bytes);
  }

  private void remove(String name) throws IOException {
    Files.delete(folder.resolve(name));
  }
}
