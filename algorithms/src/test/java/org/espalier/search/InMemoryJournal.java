package org.espalier.search;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.espalier.search.journal.Journal;

/** A journal that a test looks into, cuts and damages. */
final class InMemoryJournal implements Journal {
  final List<String> lines = new ArrayList<>();
  int room = Integer.MAX_VALUE;

  InMemoryJournal(List<String> earlier) {
    lines.addAll(earlier);
  }

  @Override
  public List<Line> earlier() {
    List<Line> found = new ArrayList<>();
    for (String line : lines) {
      found.add(new Line(line, "line " + (found.size() + 1)));
    }
    return found;
  }

  @Override
  public void append(String line) throws IOException {
    if (lines.size() >= room) {
      throw new IOException("No space left on device");
    }
    lines.add(line);
  }

  @Override
  public void close() {
    // nothing is open
  }
}
