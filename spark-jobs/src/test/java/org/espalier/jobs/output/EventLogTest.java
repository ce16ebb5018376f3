package org.espalier.jobs.output;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventLogTest {
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2030-01-02T03:04:05Z"), ZoneOffset.UTC);

  @TempDir java.nio.file.Path folder;
  private final Configuration hadoop = new Configuration();

  /** A file system that cannot append, as object stores cannot. */
  public static final class NoAppend extends RawLocalFileSystem {
    @Override
    public URI getUri() {
      return URI.create("noappend:///");
    }

    @Override
    public boolean hasPathCapability(Path path, String capability) {
      return false;
    }
  }

  private Path file() {
    return new Path(folder.toUri().toString(), "events.jsonl");
  }

  @Test
  void eachEventIsALineWithItsTime() throws IOException {
    EventLog log = EventLog.open(file(), hadoop, CLOCK);
    log.add("epoch", Map.of("loss", Double.NaN));
    log.add("wave", Map.of("number", 2));
    assertThat(Files.readAllLines(folder.resolve("events.jsonl")))
        .containsExactly(
            "{\"time\":\"2030-01-02T03:04:05Z\",\"event\":\"epoch\",\"loss\":null}",
            "{\"time\":\"2030-01-02T03:04:05Z\",\"event\":\"wave\",\"number\":2}");
  }

  @Test
  void aLaterRunGoesOnAndDropsALineCutByDeath() throws IOException {
    EventLog.open(file(), hadoop, CLOCK).add("one", Map.of());
    java.nio.file.Path local = folder.resolve("events.jsonl");
    Files.writeString(local, Files.readString(local) + "{\"time\":\"2030-01");
    EventLog later = EventLog.open(file(), hadoop, CLOCK);
    later.add("two", Map.of());
    assertThat(later.events())
        .extracting((JsonNode event) -> event.path("event").asText())
        .containsExactly("one", "two");
    assertThat(EventLog.open(file(), hadoop, CLOCK).events()).isEqualTo(later.events());
  }

  @Test
  void whereNothingCanBeAppendedTheFileIsRewritten() throws IOException {
    hadoop.set("fs.noappend.impl", NoAppend.class.getName());
    Path file = new Path("noappend://" + folder + "/events.jsonl");
    EventLog log = EventLog.open(file, hadoop, CLOCK);
    log.add("one", Map.of());
    log.add("two", Map.of());
    assertThat(EventLog.open(file, hadoop, CLOCK).events())
        .extracting((JsonNode event) -> event.path("event").asText())
        .containsExactly("one", "two");
    assertThat(folder.toFile().list()).containsExactly("events.jsonl");
  }
}
