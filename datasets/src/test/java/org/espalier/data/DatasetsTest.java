package org.espalier.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatasetsTest {
  @TempDir Path folder;

  @Test
  void unknownFormatNamesTheSupportedOnes() {
    assertThatThrownBy(
            () -> Datasets.open(DataSpec.of("cifar11", "x"), Part.TRAIN, TestData.HADOOP))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Cannot open data: unknown format, supported are cifar10, cifar100, mnist, imagefolder,"
                + " synthetic (cifar11)");
  }

  @Test
  void everyFileFormatRefusesAMissingFolder() {
    for (String format : List.of("cifar10", "cifar100", "mnist", "imagefolder")) {
      DataSpec spec = DataSpec.of(format, folder.resolve("absent").toUri().toString());
      assertThatThrownBy(() -> Datasets.open(spec, Part.TEST, TestData.HADOOP))
          .isInstanceOf(DataException.class)
          .hasMessageStartingWith("Cannot open " + format + " data: no such folder file:")
          .hasMessageEndingWith("absent");
    }
  }

  @Test
  void everyFileFormatRefusesAnEmptyPathAndAFile() throws Exception {
    Path file = Files.createFile(folder.resolve("file"));
    for (String format : List.of("cifar10", "cifar100", "mnist", "imagefolder")) {
      assertThatThrownBy(() -> Datasets.open(DataSpec.of(format, " "), Part.TRAIN, TestData.HADOOP))
          .isInstanceOf(DataException.class)
          .hasMessage("Cannot open " + format + " data: data.path is empty; it must name a folder");
      assertThatThrownBy(
              () ->
                  Datasets.open(DataSpec.of(format, file.toString()), Part.TRAIN, TestData.HADOOP))
          .isInstanceOf(DataException.class)
          .hasMessageContaining("is a file, it must be a folder");
    }
  }

  @Test
  void unknownFileSystemIsNamed() {
    DataSpec spec = DataSpec.of("mnist", "nowhere://host/folder");
    assertThatThrownBy(() -> Datasets.open(spec, Part.TRAIN, TestData.HADOOP))
        .isInstanceOf(DataException.class)
        .hasMessage(
            "Cannot open mnist data in nowhere://host/folder: No FileSystem for scheme"
                + " \"nowhere\"");
  }

  @Test
  void corruptRecordsAddUpAndDescribeTheFirst() {
    CorruptRecords many = new CorruptRecords(7, List.of("a", "b", "c", "d"));
    CorruptRecords sum = many.plus(new CorruptRecords(2, List.of("e", "f")));
    assertThat(sum).isEqualTo(new CorruptRecords(9, List.of("a", "b", "c", "d", "e")));
  }

  @Test
  void specificationsRefuseWhatIsOutOfRange() {
    assertThatThrownBy(() -> new SyntheticSpec(1, 10, 10, 1, 32, 32, 3, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot draw synthetic images: classes must be 2 to 100 (1)");
    assertThatThrownBy(() -> new SyntheticSpec(1, 10, 10, 2, 32, 32, 3, Double.NaN))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot draw synthetic images: difficulty must be 0 to 4 (NaN)");
    assertThatThrownBy(() -> DataSpec.of("mnist", "x").withSize(-1, 3))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot describe data: height and width must not be negative (-1x3)");
    assertThatThrownBy(() -> new LabeledImage(new byte[5], 2, 2, 1, 0, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot make an image: 5 bytes do not fill 2x2x1");
    assertThatThrownBy(() -> new ImageShape(0, 2, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot make an image shape: extents must be positive (0x2x1)");
  }
}
