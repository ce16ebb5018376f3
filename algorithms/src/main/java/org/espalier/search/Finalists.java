package org.espalier.search;

/**
 * How the best codes of a search are looked at again.
 *
 * <p>The best of many noisy numbers is too good by selection (the winner's curse). So the best
 * codes are evaluated anew, each several times with other seeds, and their order is that of the
 * means of the new numbers alone.
 *
 * @param codes how many different codes, at least 0; 0 for none
 * @param replicates how often each is evaluated, at least 1
 */
public record Finalists(int codes, int replicates) {
  /** No second look. */
  public static final Finalists NONE = new Finalists(0, 1);

  /** Checks the numbers. */
  public Finalists {
    if (codes < 0) {
      throw new IllegalArgumentException(
          "Cannot look at finalists: codes must be at least 0 (" + codes + ")");
    }
    if (replicates < 1) {
      throw new IllegalArgumentException(
          "Cannot look at finalists: replicates must be at least 1 (" + replicates + ")");
    }
  }
}
