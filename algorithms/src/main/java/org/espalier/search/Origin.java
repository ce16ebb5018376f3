package org.espalier.search;

import java.util.List;
import java.util.Objects;

/**
 * Where a proposal comes from.
 *
 * @param phase the strategy's name for the part of the search, for example {@code employed}
 * @param cycle which repetition of the phase, from 0
 * @param member which member of the population it is for, from 0
 * @param wave how many evaluations of the phase had to come one after the other before this one
 * @param after the indices of the evaluations of the same phase on whose results the code rests
 */
public record Origin(String phase, int cycle, int member, int wave, List<Long> after) {
  /** Copies the list. */
  public Origin {
    Objects.requireNonNull(phase, "Cannot make an origin: phase is missing");
    after = List.copyOf(after);
  }

  /** Returns an origin that rests on nothing. */
  public static Origin of(String phase, int cycle, int member) {
    return new Origin(phase, cycle, member, 0, List.of());
  }
}
