package org.espalier.data;

/** What happens when a record cannot be read or is not what the format allows. */
public enum OnCorrupt {
  /** The first corrupt record ends the work with a {@link DataException}. */
  FAIL,
  /** Corrupt records are counted, described and left out. */
  SKIP
}
