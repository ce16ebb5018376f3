package org.espalier.jobs.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** Finds the allowed names that a mistyped one is nearest to. */
final class Suggestions {
  private static final int MOST = 3;

  private Suggestions() {}

  /**
   * Returns the names within a third of the mistyped one's length by edit distance, nearest first.
   *
   * <p>A key that was written in the wrong section is near, too: the distance is the smaller of
   * that between whole paths and that between last elements plus one.
   */
  static List<String> nearest(String mistyped, Collection<String> allowed) {
    return allowed.stream()
        .filter(name -> distance(mistyped, name) <= Math.max(2, lastOf(mistyped).length() / 3))
        .sorted(
            Comparator.comparingInt((String name) -> distance(mistyped, name))
                .thenComparing(Comparator.naturalOrder()))
        .limit(MOST)
        .toList();
  }

  private static int distance(String left, String right) {
    return Math.min(edits(left, right), edits(lastOf(left), lastOf(right)) + 1);
  }

  private static String lastOf(String path) {
    return path.substring(path.lastIndexOf('.') + 1);
  }

  /** Levenshtein's distance, letter case ignored. */
  static int edits(String left, String right) {
    String a = left.toLowerCase(Locale.ROOT);
    String b = right.toLowerCase(Locale.ROOT);
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[b.length()];
  }
}
