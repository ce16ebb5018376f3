package org.espalier.data.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.espalier.data.TestData.HADOOP;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.espalier.data.DataException;
import org.espalier.data.RandomStreams;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class FetcherTest {
  private static final int LENGTH = 300_000;

  @TempDir Path folder;
  private final byte[] bytes = new byte[LENGTH];
  private final List<String> progress = new ArrayList<>();
  private FileServer server;
  private Checksum checksum;
  private Fetcher fetcher;

  @BeforeEach
  void start() throws IOException {
    RandomStreams.of(1, "test").nextBytes(bytes);
    server = new FileServer(Map.of("set.bin", bytes));
    checksum = Checksums.sha256(bytes);
    fetcher =
        new Fetcher(
            HADOOP,
            folder.resolve("staging"),
            Duration.ofMillis(1),
            (file, done, total) -> progress.add(file + " " + done + " of " + total));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void aFileArrivesAndIsNotFetchedAgain() throws IOException {
    fetch();
    assertArrived();
    assertThat(progress).last().isEqualTo("set.bin 300000 of 300000");
    fetch();
    assertThat(server.requests()).containsExactly("all");
  }

  @Test
  void aTargetOfAnotherContentIsReplaced() throws IOException {
    Files.createDirectories(folder.resolve("data"));
    Files.write(target(), new byte[10]);
    fetch();
    assertArrived();
  }

  @Test
  void aCutConnectionIsResumed() throws IOException {
    server.mishaps.add(100_000);
    server.mishaps.add(50_000);
    fetch();
    assertArrived();
    assertThat(server.requests()).hasSize(3);
    assertThat(server.requests().get(0)).isEqualTo("all");
    assertThat(server.requests().subList(1, 3)).allMatch(range -> range.startsWith("bytes="));
    assertThat(server.requests().get(2)).isEqualTo("bytes=150000-");
  }

  @Test
  void anEarlierRunsPartIsResumed() throws IOException {
    Files.createDirectories(folder.resolve("data"));
    Files.write(part(), Arrays.copyOf(bytes, 1234));
    fetch();
    assertArrived();
    assertThat(server.requests()).containsExactly("bytes=1234-");
  }

  @Test
  void aWholePartIsOnlyRenamed() throws IOException {
    Files.createDirectories(folder.resolve("data"));
    Files.write(part(), bytes);
    fetch();
    assertArrived();
    assertThat(server.requests()).containsExactly("bytes=300000-");
  }

  @Test
  void aPartThatIsTooLongIsThrownAway() throws IOException {
    Files.createDirectories(folder.resolve("data"));
    Files.write(part(), new byte[LENGTH + 1]);
    fetch();
    assertArrived();
    assertThat(server.requests()).containsExactly("bytes=300001-", "all");
  }

  @Test
  void aServerWithoutRangesIsReadFromTheStart() throws IOException {
    server.ranges = false;
    server.mishaps.add(100_000);
    fetch();
    assertArrived();
    assertThat(server.requests()).containsExactly("all", "bytes=100000-");
  }

  @Test
  void aWrongChecksumIsFatalAndRemovesThePart() throws IOException {
    Checksum other = Checksums.sha256(new byte[1]);
    assertThatThrownBy(() -> fetcher.fetch(address(), other, hadoop(target())))
        .isInstanceOf(DataException.class)
        .hasMessage(
            "Cannot use the download of %s: its SHA-256 is %s, it must be %s; the file was removed",
            address(), checksum.hex(), other.hex());
    assertThat(part()).doesNotExist();
    assertThat(target()).doesNotExist();
  }

  @Test
  void aRefusalIsFatalAtOnce() {
    URI missing = server.address("absent.bin");
    assertThatThrownBy(() -> fetcher.fetch(missing, checksum, hadoop(target())))
        .isInstanceOf(DataException.class)
        .hasMessage("Cannot download " + missing + ": the server answered 404");
    assertThat(server.requests()).hasSize(1);
  }

  @Test
  void aPassingFailureIsTriedAgain() throws IOException {
    server.mishaps.addAll(List.of(-503, -429, -500));
    fetch();
    assertArrived();
  }

  @Test
  void givingUpKeepsWhatCame() {
    server.mishaps.addAll(List.of(5000, -503, -503, -503, -503, -503));
    assertThatThrownBy(this::fetch)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("the server answered 503; the 5000 bytes received are kept in")
        .hasMessageEndingWith("set.bin.part for the next try");
    assertThat(part()).hasSize(5000);
    assertThat(target()).doesNotExist();
  }

  @Test
  void checksumsRefuseWhatTheyCannotBe() {
    assertThatThrownBy(() -> Checksum.md5("abc"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot use checksum: MD5 must be 32 hexadecimal digits (abc)");
    assertThatThrownBy(() -> new Checksum("CRC", "abc"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot use checksum: unknown algorithm, use MD5 or SHA-256 (CRC)");
  }

  private void assertArrived() throws IOException {
    assertThat(Files.readAllBytes(target())).isEqualTo(bytes);
    try (var left = Files.list(folder.resolve("data"))) {
      assertThat(left).containsExactly(target());
    }
  }

  private void fetch() throws IOException {
    fetcher.fetch(address(), checksum, hadoop(target()));
  }

  private URI address() {
    return server.address("set.bin");
  }

  private Path target() {
    return folder.resolve("data").resolve("set.bin");
  }

  private Path part() {
    return folder.resolve("data").resolve("set.bin.part");
  }

  private static org.apache.hadoop.fs.Path hadoop(Path path) {
    return new org.apache.hadoop.fs.Path(path.toUri());
  }
}
