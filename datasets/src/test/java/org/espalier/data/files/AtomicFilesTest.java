package org.espalier.data.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFilesTest {
  @TempDir java.nio.file.Path folder;
  private final Configuration hadoop = new Configuration();

  private Path target() {
    return new Path(folder.toUri().toString(), "new/file.txt");
  }

  @Test
  void aFileIsMadeWithItsFoldersAndReplaced() throws IOException {
    AtomicFiles.write(target(), hadoop, "one");
    AtomicFiles.write(target(), hadoop, "two");
    assertThat(AtomicFiles.read(target(), hadoop)).isEqualTo("two");
    assertThat(names()).containsExactly("file.txt");
  }

  @Test
  void aFailureLeavesTheOldFileAndNothingElse() throws IOException {
    AtomicFiles.write(target(), hadoop, "one");
    assertThatThrownBy(
            () ->
                AtomicFiles.write(
                    target(),
                    hadoop,
                    out -> {
                      out.write(1);
                      throw new IOException("disk full");
                    }))
        .isInstanceOf(IOException.class)
        .hasMessage("disk full");
    assertThat(AtomicFiles.read(target(), hadoop)).isEqualTo("one");
    assertThat(names()).containsExactly("file.txt");
  }

  @Test
  void anotherWritersChecksumDoesNotSpoilTheNewFile() throws IOException {
    try (FSDataOutputStream out = target().getFileSystem(hadoop).create(target())) {
      out.writeBytes("written with a checksum beside it");
    }
    AtomicFiles.write(target(), hadoop, "two");
    try (var in = target().getFileSystem(hadoop).open(target())) {
      assertThat(in.readAllBytes()).asString().isEqualTo("two");
    }
  }

  private Stream<String> names() throws IOException {
    try (Stream<java.nio.file.Path> files = Files.list(folder.resolve("new"))) {
      return files.map(file -> file.getFileName().toString()).toList().stream();
    }
  }
}
