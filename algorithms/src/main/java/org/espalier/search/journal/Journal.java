package org.espalier.search.journal;

import java.io.IOException;
import java.util.List;

/** Lines that are only ever added, and are still there after the process died. */
public interface Journal extends AutoCloseable {

  /**
   * A line as it was found.
   *
   * @param text the line, without its end
   * @param place where it stands, for messages
   */
  record Line(String text, String place) {}

  /**
   * Returns the lines of earlier runs, oldest first. A line that was cut by the death of the run
   * that wrote it is left out.
   */
  List<Line> earlier() throws IOException;

  /**
   * Adds a line; it is durable on return.
   *
   * @param line a line without its end
   * @throws IOException when it cannot be written; the lines before it are still there
   */
  void append(String line) throws IOException;

  @Override
  void close() throws IOException;
}
