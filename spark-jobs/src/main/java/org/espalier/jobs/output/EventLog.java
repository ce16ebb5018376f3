package org.espalier.jobs.output;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.CommonPathCapabilities;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.espalier.data.files.AtomicFiles;

/**
 * The file {@code events.jsonl}: one JSON object a line, with {@code time}, {@code event} and the
 * event's own fields; lines are only ever added.
 *
 * <p>A run that takes up an earlier one goes on in its file. Where the file system can append, each
 * event is appended and synced; elsewhere the file is rewritten beside and renamed. A last line
 * that was cut by the death of an earlier run is dropped.
 */
public final class EventLog {
  private static final ObjectMapper JSON = JsonFormat.lines();

  private final Path file;
  private final Configuration hadoop;
  private final Clock clock;
  private final FileSystem files;
  private final List<String> lines;
  private final boolean appends;

  private EventLog(Path file, Configuration hadoop, Clock clock) throws IOException {
    this.file = file;
    this.hadoop = hadoop;
    this.clock = clock;
    this.files = AtomicFiles.fileSystem(file, hadoop);
    this.lines = new ArrayList<>();
    this.appends = files.hasPathCapability(file, CommonPathCapabilities.FS_APPEND);
    if (files.exists(file)) {
      readEarlier();
    } else {
      AtomicFiles.write(file, hadoop, "");
    }
  }

  /** Opens the log, going on in the file that is there. */
  public static EventLog open(Path file, Configuration hadoop, Clock clock) throws IOException {
    return new EventLog(file, hadoop, clock);
  }

  private void readEarlier() throws IOException {
    String text = AtomicFiles.read(file, hadoop);
    int complete = text.lastIndexOf('\n') + 1;
    text.substring(0, complete).lines().forEach(lines::add);
    if (complete < text.length()) {
      AtomicFiles.write(file, hadoop, text.substring(0, complete));
    }
  }

  /** Returns all events so far, earlier runs' included, oldest first. */
  public synchronized List<JsonNode> events() throws IOException {
    List<JsonNode> events = new ArrayList<>();
    for (String line : lines) {
      events.add(JSON.readTree(line));
    }
    return events;
  }

  /**
   * Adds an event.
   *
   * @param event its name, for example {@code epoch}
   * @param fields a record or a map, whose fields follow {@code time} and {@code event}
   * @throws UncheckedIOException when the file cannot be written
   */
  public synchronized void add(String event, Object fields) {
    ObjectNode object = JSON.createObjectNode();
    object.put("time", clock.instant().toString());
    object.put("event", event);
    object.setAll((ObjectNode) JSON.valueToTree(fields));
    try {
      write(object);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write " + file, e);
    }
  }

  private void write(ObjectNode object) throws JsonProcessingException, IOException {
    String line = JSON.writeValueAsString(object);
    lines.add(line);
    if (appends) {
      try (FSDataOutputStream out = files.append(file)) {
        out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
        out.hsync();
      }
    } else {
      AtomicFiles.write(file, hadoop, String.join("\n", lines) + "\n");
    }
  }
}
