package org.espalier.search;

import java.util.Objects;

/**
 * A code that a strategy wants to be evaluated.
 *
 * @param index the place of the evaluation in the strategy's own order, from 0, without gaps; the
 *     order in which a sequential search would go
 * @param code the code, of the search's space
 * @param origin where it comes from
 */
public record Proposal(long index, Code code, Origin origin) {
  /** Checks that nothing is missing. */
  public Proposal {
    Objects.requireNonNull(code, "Cannot propose: code is missing");
    Objects.requireNonNull(origin, "Cannot propose: origin is missing");
  }
}
