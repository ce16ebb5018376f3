package org.espalier.data.fetch;

/** Is told how a download gets on. */
@FunctionalInterface
public interface Progress {
  /** Tells nobody. */
  Progress NONE = (file, done, total) -> {};

  /**
   * Called after each piece.
   *
   * @param file the file's name
   * @param done bytes there so far, those of an earlier, broken-off run included
   * @param total bytes in all, or -1 where the server does not say
   */
  void at(String file, long done, long total);
}
