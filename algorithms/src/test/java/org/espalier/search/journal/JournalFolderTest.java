package org.espalier.search.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JournalFolderTest {
  @TempDir java.nio.file.Path folder;
  private final Configuration hadoop = NoSyncFileSystem.configuration();

  private JournalFolder open(String scheme) throws IOException {
    return JournalFolder.open(new Path(scheme + ":" + folder.resolve("a/b")), hadoop);
  }

  private static List<String> texts(Journal journal) throws IOException {
    return journal.earlier().stream().map(Journal.Line::text).toList();
  }

  private List<String> names() throws IOException {
    try (Stream<java.nio.file.Path> files = Files.list(folder.resolve("a/b"))) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  /** The writer is not closed: it is as if it had died. */
  @ParameterizedTest
  @ValueSource(strings = {"file", NoSyncFileSystem.SCHEME})
  void linesAreThereOnceTheyAreWritten(String scheme) throws IOException {
    JournalFolder writer = open(scheme);
    assertThat(texts(writer)).isEmpty();
    for (int i = 1; i <= 3; i++) {
      writer.append("line ä" + i);
      assertThat(texts(open(scheme)))
          .isEqualTo(IntStream.rangeClosed(1, i).mapToObj(each -> "line ä" + each).toList());
    }
    writer.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"file", NoSyncFileSystem.SCHEME})
  void everyRunWritesAPartOfItsOwn(String scheme) throws IOException {
    for (int run = 1; run <= 11; run++) {
      try (JournalFolder journal = open(scheme)) {
        journal.append("run " + run);
      }
    }
    try (JournalFolder unwritten = open(scheme)) {
      assertThat(texts(unwritten))
          .isEqualTo(IntStream.rangeClosed(1, 11).mapToObj(run -> "run " + run).toList());
    }
    assertThat(names()).hasSize(11).startsWith("part-000001.jsonl").endsWith("part-000011.jsonl");
  }

  @Test
  void whereNothingCanBeSyncedPartsStaySmall() throws IOException {
    try (JournalFolder journal = open(NoSyncFileSystem.SCHEME)) {
      for (int i = 0; i < 150; i++) {
        journal.append("line " + i);
      }
      assertThat(texts(journal))
          .isEqualTo(IntStream.range(0, 150).mapToObj(i -> "line " + i).toList());
    }
    assertThat(names())
        .containsExactly("part-000001.jsonl", "part-000002.jsonl", "part-000003.jsonl");
  }

  /** Half of the line that did not fit stays where it is, and the next part goes on. */
  @Test
  void afterAFailureTheJournalGoesOnInANewPart() throws IOException {
    try (JournalFolder journal =
        JournalFolder.open(
            new Path(FullFileSystem.SCHEME + ":" + folder.resolve("a/b")),
            FullFileSystem.configuration())) {
      FullFileSystem.room = 20;
      journal.append("line 1");
      journal.append("line 2");
      assertThatThrownBy(() -> journal.append("line 3"))
          .isInstanceOf(IOException.class)
          .hasMessage("No space left on device");
      FullFileSystem.room = 100;
      journal.append("line 3");
      assertThat(texts(journal)).containsExactly("line 1", "line 2", "line 3");
    }
    assertThat(Files.readString(folder.resolve("a/b/part-000001.jsonl")))
        .isEqualTo("line 1\nline 2\nline 3".substring(0, 20));
  }

  @Test
  void theCutEndOfAnyPartIsLeftOut() throws IOException {
    for (int run = 1; run <= 2; run++) {
      try (JournalFolder journal = open("file")) {
        journal.append("whole " + run);
        journal.append("cut " + run);
      }
      java.nio.file.Path part = folder.resolve("a/b/part-00000" + run + ".jsonl");
      byte[] bytes = Files.readAllBytes(part);
      Files.write(part, java.util.Arrays.copyOf(bytes, bytes.length - 2));
    }
    try (JournalFolder journal = open("file")) {
      assertThat(texts(journal)).containsExactly("whole 1", "whole 2");
      assertThat(journal.earlier().get(1).place())
          .startsWith("line 1 of file:")
          .endsWith("a/b/part-000002.jsonl");
    }
  }

  @Test
  void otherFilesAreNoParts() throws IOException {
    Files.createDirectories(folder.resolve("a/b"));
    Files.writeString(folder.resolve("a/b/.part-000001.jsonl.tmp"), "half a line\n");
    Files.writeString(folder.resolve("a/b/notes.txt"), "a note\n");
    try (JournalFolder journal = open("file")) {
      assertThat(journal.earlier()).isEmpty();
    }
  }
}
