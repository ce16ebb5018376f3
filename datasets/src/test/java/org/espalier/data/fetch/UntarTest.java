package org.espalier.data.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.espalier.data.TestData.HADOOP;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;
import org.espalier.data.DataException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UntarTest {
  @TempDir Path folder;

  @Test
  void filesLandInOneFolderWhateverTheirPathInTheArchive() throws IOException {
    ByteArrayOutputStream tar = new ByteArrayOutputStream();
    Tar.entry(tar, "cifar/", '5', new byte[0]);
    Tar.entry(tar, "cifar/a.bin", '0', new byte[] {1, 2, 3});
    Tar.entry(tar, "../../b.bin", '0', new byte[1024]);
    Tar.entry(tar, "cifar/link", '2', new byte[0]);
    Tar.entry(tar, "cifar/empty.txt", '\0', new byte[0]);
    extract(Tar.end(tar));
    assertThat(Files.readAllBytes(folder.resolve("out/a.bin"))).containsExactly(1, 2, 3);
    assertThat(Files.readAllBytes(folder.resolve("out/b.bin"))).hasSize(1024);
    try (var files = Files.list(folder.resolve("out"))) {
      assertThat(files.map(f -> f.getFileName().toString()))
          .containsExactlyInAnyOrder("a.bin", "b.bin", "empty.txt");
    }
  }

  @Test
  void aCutArchiveIsRefusedWithoutAHalfWrittenFile() throws IOException {
    ByteArrayOutputStream tar = new ByteArrayOutputStream();
    Tar.entry(tar, "a.bin", '0', new byte[5000]);
    byte[] cut = Arrays.copyOf(tar.toByteArray(), 2000);
    assertThatThrownBy(() -> extract(cut))
        .isInstanceOf(DataException.class)
        .hasMessageEndingWith("set.tar.gz: the archive ends early");
    assertThat(folder.resolve("out/a.bin")).doesNotExist();
  }

  @Test
  void aDamagedHeaderIsRefused() throws IOException {
    ByteArrayOutputStream tar = new ByteArrayOutputStream();
    Tar.entry(tar, "a.bin", '0', new byte[50]);
    byte[] damaged = tar.toByteArray();
    damaged[3] ^= 1;
    assertThatThrownBy(() -> extract(damaged))
        .isInstanceOf(DataException.class)
        .hasMessageEndingWith("set.tar.gz: a file header is damaged");
  }

  private void extract(byte[] tar) throws IOException {
    Path archive = folder.resolve("set.tar.gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(archive))) {
      out.write(tar);
    }
    Untar.extract(hadoop(archive), hadoop(folder.resolve("out")), HADOOP);
  }

  private static org.apache.hadoop.fs.Path hadoop(Path path) {
    return new org.apache.hadoop.fs.Path(path.toUri());
  }
}
