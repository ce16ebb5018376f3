package org.espalier.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.espalier.data.TestData.HADOOP;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.espalier.testing.RealData;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("slow")
class RealDataTest {
  @Test
  void cifar10OpensWithItsNames() throws IOException {
    DataSpec spec = DataSpec.of("cifar10", RealData.path("cifar10-lossless").toString());
    ImageSet train = Datasets.open(spec, Part.TRAIN, HADOOP);
    ImageSet test = Datasets.open(spec, Part.TEST, HADOOP);
    assertThat(train.size()).isEqualTo(4_000);
    assertThat(test.size()).isEqualTo(1_000);
    assertThat(test.classNames()).startsWith("airplane", "automobile", "bird").endsWith("truck");
    List<LabeledImage> images = TestData.readAll(test, 7);
    assertThat(images.subList(0, 5)).extracting(LabeledImage::label).containsExactly(3, 8, 8, 0, 6);
    byte[] cat = images.get(0).pixels();
    assertThat(IntStream.of(0, 1, 2).map(i -> cat[i] & 0xff)).containsExactly(158, 112, 49);
  }

  @Test
  void mnistOpensPacked() throws IOException {
    DataSpec spec = DataSpec.of("mnist", RealData.path("mnist").toString());
    ImageSet train = Datasets.open(spec, Part.TRAIN, HADOOP);
    assertThat(train.size()).isEqualTo(60_000);
    List<LabeledImage> images = train.slices(60).get(0).read(HADOOP).images();
    assertThat(images.subList(0, 5)).extracting(LabeledImage::label).containsExactly(5, 0, 4, 1, 9);
    LabeledImage last = train.slices(60_000).get(59_999).read(HADOOP).images().get(0);
    assertThat(last.index()).isEqualTo(59_999);
    assertThat(last.label()).isEqualTo(8);
  }

  @Test
  void imagenetteDecodesWithoutCorruptRecords() throws IOException {
    DataSpec spec =
        DataSpec.of("imagefolder", RealData.path("imagenette").toString()).withSize(160, 160);
    ImageSet train = Datasets.open(spec, Part.TRAIN, HADOOP);
    ImageSet test = Datasets.open(spec, Part.TEST, HADOOP);
    assertThat(train.size()).isEqualTo(1_000);
    assertThat(test.size()).isEqualTo(400);
    assertThat(test.classNames()).hasSize(10).startsWith("n01440764");
    List<LabeledImage> images = TestData.readAll(test, 4);
    assertThat(images).hasSize(400);
    assertThat(images.get(0).shape()).hasToString("160x160x3");
  }

  @Test
  void photographsOfEverySizeAndSamplingDecode(@TempDir Path folder) throws IOException {
    Path sample = RealData.path("imagenet-sample").toAbsolutePath();
    Files.createSymbolicLink(folder.resolve("train"), sample);
    DataSpec spec = DataSpec.of("imagefolder", folder.toUri().toString());
    ImageSet train = Datasets.open(spec, Part.TRAIN, HADOOP);
    assertThat(train.classNames()).hasSize(125);
    assertThat(TestData.readAll(train, 3)).hasSize(125);
  }
}
