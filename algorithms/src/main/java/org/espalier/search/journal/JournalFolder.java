package org.espalier.search.journal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.StreamCapabilities;
import org.espalier.data.files.AtomicFiles;

/**
 * A journal in a folder of any Hadoop file system: {@code part-000001.jsonl}, {@code
 * part-000002.jsonl}, ...
 *
 * <p>Each run begins a part of its own. So it never has to append to a file that a dead run left
 * open, which HDFS refuses until that run's lease has expired; and a last line that a run could not
 * finish is the last of its part. Where the file system can sync an open file (local, HDFS), a line
 * is written and synced. Elsewhere (object stores) what is written can be seen, and is safe, only
 * when a file is closed: there the part is written anew with each line, and after {@value
 * #LINES_REWRITTEN} lines the next part begins.
 */
public final class JournalFolder implements Journal {
  private static final Pattern PART = Pattern.compile("part-(\\d{6,})\\.jsonl");
  private static final int LINES_REWRITTEN = 64;

  private final Path folder;
  private final Configuration hadoop;
  private final FileSystem files;
  private byte[] part = {};
  private int linesOfPart;
  private long number;
  private FSDataOutputStream stream;
  private boolean rewrites;

  private JournalFolder(Path folder, Configuration hadoop) throws IOException {
    this.folder = folder;
    this.hadoop = hadoop;
    this.files = AtomicFiles.fileSystem(folder, hadoop);
    files.mkdirs(folder);
    this.number = parts().stream().mapToLong(JournalFolder::number).max().orElse(0);
  }

  /**
   * Opens a journal, new or left by earlier runs.
   *
   * @param folder the folder, which holds nothing else; made where there is none
   */
  public static JournalFolder open(Path folder, Configuration hadoop) throws IOException {
    return new JournalFolder(folder, hadoop);
  }

  private List<Path> parts() throws IOException {
    return Arrays.stream(files.listStatus(folder))
        .map(FileStatus::getPath)
        .filter(path -> PART.matcher(path.getName()).matches())
        .sorted((a, b) -> Long.compare(number(a), number(b)))
        .toList();
  }

  private static long number(Path part) {
    Matcher matcher = PART.matcher(part.getName());
    if (!matcher.matches()) {
      throw new IllegalArgumentException("Cannot read a journal: not a part of one (" + part + ")");
    }
    return Long.parseLong(matcher.group(1));
  }

  @Override
  public List<Line> earlier() throws IOException {
    List<Line> lines = new ArrayList<>();
    for (Path path : parts()) {
      String text = AtomicFiles.read(path, hadoop);
      List<String> whole = text.substring(0, text.lastIndexOf('\n') + 1).lines().toList();
      for (int i = 0; i < whole.size(); i++) {
        lines.add(new Line(whole.get(i), "line %d of %s".formatted(i + 1, path)));
      }
    }
    return lines;
  }

  @Override
  public synchronized void append(String line) throws IOException {
    byte[] bytes = (line + "\n").getBytes(StandardCharsets.UTF_8);
    if (stream == null && !rewrites) {
      begin();
    }
    if (rewrites) {
      rewrite(bytes);
    } else {
      sync(bytes);
    }
  }

  /** Writes a line; where that fails half of it may be there, so that the part ends with it. */
  private void sync(byte[] line) throws IOException {
    try {
      stream.write(line);
      stream.hsync();
    } catch (IOException failure) {
      FSDataOutputStream broken = stream;
      stream = null;
      try {
        broken.close();
      } catch (IOException alsoFailed) {
        if (alsoFailed != failure) { // HDFS throws the same again
          failure.addSuppressed(alsoFailed);
        }
      }
      throw failure;
    }
  }

  private void begin() throws IOException {
    FSDataOutputStream out = files.create(nextPart(), false);
    if (out.hasCapability(StreamCapabilities.HSYNC)) {
      stream = out;
    } else {
      out.close();
      rewrites = true;
    }
  }

  private Path nextPart() {
    number++;
    return path();
  }

  private Path path() {
    return new Path(folder, "part-%06d.jsonl".formatted(number));
  }

  private void rewrite(byte[] line) throws IOException {
    if (linesOfPart == LINES_REWRITTEN) {
      part = new byte[0];
      linesOfPart = 0;
      nextPart();
    }
    byte[] longer = Arrays.copyOf(part, part.length + line.length);
    System.arraycopy(line, 0, longer, part.length, line.length);
    AtomicFiles.write(path(), hadoop, out -> out.write(longer));
    part = longer;
    linesOfPart++;
  }

  @Override
  public synchronized void close() throws IOException {
    if (stream != null) {
      stream.close();
    }
  }
}
