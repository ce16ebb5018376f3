package org.espalier.data.imagefolder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.espalier.data.TestData.HADOOP;

import java.awt.image.BufferedImage;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import org.espalier.data.CorruptRecords;
import org.espalier.data.DataException;
import org.espalier.data.DataSpec;
import org.espalier.data.Datasets;
import org.espalier.data.ImageSet;
import org.espalier.data.ImageSlice;
import org.espalier.data.LabeledImage;
import org.espalier.data.OnCorrupt;
import org.espalier.data.Part;
import org.espalier.data.SliceContent;
import org.espalier.data.TestData;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageFolderTest {
  @TempDir Path folder;

  @Test
  void imagesAreNumberedInTurnThroughTheSortedClasses() throws IOException {
    plain("train/dog/1.png", 10);
    plain("train/cat/b.JPEG", 20);
    plain("train/cat/a.jpg", 30);
    plain("train/cat/c.jpeg", 40);
    Files.writeString(folder.resolve("train/cat/notes.txt"), "not an image");
    Files.writeString(folder.resolve("train/cat/._a.jpg"), "a desktop's litter");
    plain("val/dog/x.png", 50);

    ImageSet train = open(Part.TRAIN, OnCorrupt.FAIL, 8, 8);
    List<LabeledImage> images = TestData.readAll(train, 2);

    assertThat(train.name()).isEqualTo("imagefolder");
    assertThat(train.classNames()).containsExactly("cat", "dog");
    assertThat(images).extracting(LabeledImage::index).containsExactly(0L, 1L, 2L, 3L);
    assertThat(images).extracting(LabeledImage::label).containsExactly(0, 1, 0, 0);
    assertThat(images).extracting(i -> i.pixels()[0]).containsExactly(bytes(30, 10, 20, 40));
    List<LabeledImage> test = TestData.readAll(open(Part.TEST, OnCorrupt.FAIL, 8, 8), 3);
    assertThat(test).extracting(LabeledImage::label).containsExactly(1);
  }

  @Test
  void photographsAreBroughtToTheAskedSizeOr224() throws IOException {
    plain("train/cat/a.png", 30);
    plain("test/cat/a.png", 30);
    assertThat(TestData.readAll(open(Part.TRAIN, OnCorrupt.FAIL, 5, 7), 1).get(0).shape())
        .hasToString("5x7x3");
    assertThat(open(Part.TEST, OnCorrupt.FAIL, 0, 0).shape()).hasToString("224x224x3");
  }

  @Test
  void greyIsRepeatedWithoutBrightening() throws IOException {
    BufferedImage grey = new BufferedImage(4, 4, BufferedImage.TYPE_BYTE_GRAY);
    grey.getRaster().setSample(1, 2, 0, 100);
    save(grey, "train/cat/a.png");
    byte[] pixels = TestData.readAll(open(Part.TRAIN, OnCorrupt.FAIL, 4, 4), 1).get(0).pixels();
    assertThat(pixels).startsWith(0, 0, 0);
    assertThat(List.of(pixels[27], pixels[28], pixels[29])).containsOnly((byte) 100);
  }

  @Test
  void paletteAndTransparentImagesBecomeRgb() throws IOException {
    BufferedImage palette = new BufferedImage(4, 4, BufferedImage.TYPE_BYTE_INDEXED);
    palette.setRGB(0, 0, 0xff0000);
    save(palette, "train/cat/a.png");
    BufferedImage transparent = new BufferedImage(4, 4, BufferedImage.TYPE_INT_ARGB);
    transparent.setRGB(0, 0, 0x80102030);
    save(transparent, "train/cat/b.png");
    List<LabeledImage> images = TestData.readAll(open(Part.TRAIN, OnCorrupt.FAIL, 4, 4), 1);
    assertThat(images.get(0).pixels()).startsWith(255, 0, 0);
    assertThat(images.get(1).pixels()).startsWith(0x10, 0x20, 0x30);
  }

  @Test
  void undecodableFilesAreFatalOrCountedOnReading() throws IOException {
    plain("train/cat/a.png", 30);
    Files.writeString(folder.resolve("train/cat/b.jpg"), "rubbish");
    Files.createFile(folder.resolve("train/cat/c.jpg"));
    fourComponents("train/cat/d.jpg");
    plain("train/cat/e.png", 31);
    byte[] png = Files.readAllBytes(folder.resolve("train/cat/a.png"));
    Files.write(folder.resolve("train/cat/f.png"), Arrays.copyOf(png, 40));

    ImageSlice fatal = open(Part.TRAIN, OnCorrupt.FAIL, 4, 4).slices(1).get(0);
    assertThatThrownBy(() -> fatal.read(HADOOP))
        .isInstanceOf(DataException.class)
        .hasMessageMatching(
            "Cannot decode image file:.*/train/cat/b.jpg \\(number 1\\): its content is no known"
                + " image format; allowed are JPEG and PNG in grey or RGB");

    ImageSet set = open(Part.TRAIN, OnCorrupt.SKIP, 4, 4);
    assertThat(set.size()).isEqualTo(6);
    assertThat(set.corruptRecords()).isEqualTo(CorruptRecords.NONE);
    SliceContent content = set.slices(1).get(0).read(HADOOP);
    assertThat(content.images()).extracting(LabeledImage::index).containsExactly(0L, 4L);
    assertThat(content.corrupt().count()).isEqualTo(4);
    assertThat(content.corrupt().examples().get(1)).contains("c.jpg").contains("it is empty");
    assertThat(content.corrupt().examples().get(2)).contains("d.jpg").contains("Unsupported");
    markAsCmyk("train/cat/d.jpg");
    assertThat(set.slices(1).get(0).read(HADOOP).corrupt().examples().get(2))
        .contains("d.jpg")
        .contains("Unsupported");
  }

  @Test
  void classFoldersAtTheTopAreExplained() throws IOException {
    plain("cat/a.png", 30);
    assertThatThrownBy(() -> open(Part.TRAIN, OnCorrupt.FAIL, 4, 4))
        .isInstanceOf(DataException.class)
        .hasMessageMatching(
            "Cannot open image folder file:.*: there is no train folder in it; it holds class"
                + " folders itself, they must be in train/CLASS and val/CLASS");
  }

  @Test
  void missingPartsClassesAndImagesAreExplained() throws IOException {
    Files.createDirectories(folder.resolve("train"));
    assertThatThrownBy(() -> open(Part.TRAIN, OnCorrupt.FAIL, 4, 4))
        .isInstanceOf(DataException.class)
        .hasMessageEndingWith("train: it holds no class folders");
    Files.createDirectories(folder.resolve("train/cat"));
    assertThatThrownBy(() -> open(Part.TRAIN, OnCorrupt.FAIL, 4, 4))
        .isInstanceOf(DataException.class)
        .hasMessageEndingWith("its class folders hold no images (.jpeg, .jpg, .png)");
    assertThatThrownBy(() -> open(Part.TEST, OnCorrupt.FAIL, 4, 4))
        .isInstanceOf(DataException.class)
        .hasMessageEndingWith("there is no val or test folder in it");
    plain("val/cow/a.png", 1);
    assertThatThrownBy(() -> open(Part.TEST, OnCorrupt.FAIL, 4, 4))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("class cow is not among the 1 classes of");
  }

  private ImageSet open(Part part, OnCorrupt policy, int height, int width) throws IOException {
    DataSpec spec =
        DataSpec.of("imagefolder", folder.toUri().toString())
            .withOnCorrupt(policy)
            .withSize(height, width);
    return Datasets.open(spec, part, HADOOP);
  }

  private void plain(String name, int value) throws IOException {
    BufferedImage image = new BufferedImage(16, 16, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < 256; i++) {
      image.setRGB(i % 16, i / 16, 0x010101 * value);
    }
    save(image, name);
  }

  private void save(BufferedImage image, String name) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    String format = name.endsWith("png") ? "png" : "jpg";
    assertThat(ImageIO.write(image, format, file.toFile())).isTrue();
  }

  private void fourComponents(String name) throws IOException {
    WritableRaster raster = Raster.createInterleavedRaster(0, 8, 8, 4, null);
    ImageWriter writer = ImageIO.getImageWritersByFormatName("jpg").next();
    try (ImageOutputStream out = ImageIO.createImageOutputStream(folder.resolve(name).toFile())) {
      writer.setOutput(out);
      writer.write(null, new IIOImage(raster, null, null), null);
    } finally {
      writer.dispose();
    }
  }

  /** Puts Adobe's marker, which tells CMYK from other colours, behind the start of a JPEG. */
  private void markAsCmyk(String name) throws IOException {
    Path file = folder.resolve(name);
    byte[] jpeg = Files.readAllBytes(file);
    ByteArrayOutputStream marked = new ByteArrayOutputStream();
    marked.write(jpeg, 0, 2);
    marked.writeBytes(new byte[] {(byte) 0xff, (byte) 0xee, 0, 14});
    marked.writeBytes("Adobe".getBytes(StandardCharsets.US_ASCII));
    marked.writeBytes(new byte[] {0, 100, 0, 0, 0, 0, 0});
    marked.write(jpeg, 2, jpeg.length - 2);
    Files.write(file, marked.toByteArray());
  }

  private static Byte[] bytes(int... values) {
    List<Byte> bytes = new ArrayList<>();
    for (int value : values) {
      bytes.add((byte) value);
    }
    return bytes.toArray(new Byte[0]);
  }
}
