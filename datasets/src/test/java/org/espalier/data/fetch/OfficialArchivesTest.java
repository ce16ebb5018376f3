package org.espalier.data.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.espalier.data.TestData.HADOOP;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.espalier.data.DataException;
import org.espalier.data.Datasets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OfficialArchivesTest {
  @TempDir Path folder;

  @Test
  void everyArchiveHasAnHttpsAddressAndANameThatDatasetsKnows() {
    for (OfficialArchives archives : OfficialArchives.values()) {
      assertThat(archives.base()).hasScheme("https");
      assertThat(Datasets.formats()).contains(archives.format());
      assertThat(OfficialArchives.of(archives.format())).isEqualTo(archives);
    }
    assertThatThrownBy(() -> OfficialArchives.of("synthetic"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Cannot download data: the format must be one of cifar10, cifar100, mnist (synthetic)");
  }

  @Test
  void aMirrorWithOtherContentIsRefused() throws IOException {
    try (FileServer server = new FileServer(Map.of("cifar-10-binary.tar.gz", new byte[100]))) {
      assertThatThrownBy(
              () -> OfficialArchives.CIFAR_10.fetch(target(), fetcher(), server.address("")))
          .isInstanceOf(DataException.class)
          .hasMessageContaining("it must be c32a1d4ab5d03f1284b67883e8d87530");
    }
  }

  @Test
  void whatIsThereIsNotDownloadedAgain() throws IOException {
    for (String name : List.of("train.bin", "test.bin", "fine_label_names.txt")) {
      Files.createFile(folder.resolve(name));
    }
    try (FileServer server = new FileServer(Map.of())) {
      OfficialArchives.CIFAR_100.fetch(target(), fetcher(), server.address(""));
      assertThat(server.requests()).isEmpty();
    }
  }

  @Test
  void anArchiveIsUnpackedRemovedAndNotFetchedAgain() throws IOException {
    byte[] archive = archive("cifar/train.bin", new byte[700]);
    Checksum checksum = Checksums.sha256(archive);
    ArchiveSet set =
        new ArchiveSet(List.of(new ArchiveSet.Item("set.tar.gz", checksum)), List.of("train.bin"));
    Path data = folder.resolve("data");
    try (FileServer server = new FileServer(Map.of("set.tar.gz", archive))) {
      server.mishaps.add(50);
      for (int run = 0; run < 2; run++) {
        set.fetch(new org.apache.hadoop.fs.Path(data.toUri()), fetcher(), server.address(""));
      }
      assertThat(server.requests()).containsExactly("all", "bytes=50-");
    }
    assertThat(data.resolve("train.bin")).hasSize(700);
    try (var files = Files.list(data)) {
      assertThat(files).hasSize(1);
    }
  }

  private Fetcher fetcher() {
    return new Fetcher(HADOOP, folder.resolve("staging"), Duration.ofMillis(1), Progress.NONE);
  }

  private org.apache.hadoop.fs.Path target() {
    return new org.apache.hadoop.fs.Path(folder.toUri());
  }

  private static byte[] archive(String name, byte[] content) throws IOException {
    ByteArrayOutputStream tar = new ByteArrayOutputStream();
    Tar.entry(tar, name, '0', content);
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(packed)) {
      out.write(Tar.end(tar));
    }
    return packed.toByteArray();
  }
}
