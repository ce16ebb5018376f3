package org.espalier.inspect;

import java.util.ArrayList;
import java.util.List;

/** A table for a console: columns as wide as they need, texts left and numbers right. */
final class TextTable {
  private static final String GAP = "  ";

  private final List<String[]> rows = new ArrayList<>();
  private final int texts;
  private final int[] widths;

  /** A table whose first columns are texts, the others numbers. */
  TextTable(int texts, String... heads) {
    this.texts = texts;
    widths = new int[heads.length];
    row(heads);
  }

  void row(String... cells) {
    for (int c = 0; c < cells.length; c++) {
      widths[c] = Math.max(widths[c], cells[c].length());
    }
    rows.add(cells);
  }

  String text() {
    StringBuilder text = new StringBuilder();
    for (String[] row : rows) {
      StringBuilder line = new StringBuilder();
      for (int c = 0; c < row.length; c++) {
        String space = " ".repeat(widths[c] - row[c].length());
        line.append(c == 0 ? "" : GAP);
        line.append(c < texts ? row[c] + space : space + row[c]);
      }
      text.append(line.toString().stripTrailing()).append('\n');
    }
    return text.toString();
  }
}
