package org.espalier.search;

import java.util.Objects;

/**
 * A code that a strategy wants to be evaluated.
 *
 * @param index the place of the evaluation in the strategy's own order, from 0, without gaps; the
 *     order in which a sequential search would go
 * @param code the code, of the search's space
 * @param origin where it comes from
 * @param behind how many evaluations that the strategy already has in view wait for this one, one
 *     after the other: the longest chain of them, at least 0
 */
public record Proposal(long index, Code code, Origin origin, int behind) {
  /** Makes one for which nothing waits. */
  public Proposal(long index, Code code, Origin origin) {
    this(index, code, origin, 0);
  }

  /** Checks that nothing is missing. */
  public Proposal {
    Objects.requireNonNull(code, "Cannot propose: code is missing");
    Objects.requireNonNull(origin, "Cannot propose: origin is missing");
    if (behind < 0) {
      throw new IllegalArgumentException(
          "Cannot propose: behind must be at least 0 (" + behind + ")");
    }
  }
}
