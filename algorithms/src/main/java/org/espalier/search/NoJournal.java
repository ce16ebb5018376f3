package org.espalier.search;

import java.util.List;
import org.espalier.search.journal.Journal;

/** What a search writes to that nobody will resume. */
final class NoJournal implements Journal {
  @Override
  public List<Line> earlier() {
    return List.of();
  }

  @Override
  public void append(String line) {
    // nobody will read it
  }

  @Override
  public void close() {
    // nothing is open
  }
}
