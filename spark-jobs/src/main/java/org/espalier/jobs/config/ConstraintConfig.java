package org.espalier.jobs.config;

import org.espalier.search.CostLimit;

/**
 * The most that a candidate of a search may cost.
 *
 * @param on what is limited
 * @param share of the whole network's, in (0, 1]
 * @param by what happens to a code above it
 */
public record ConstraintConfig(CostKind on, double share, CostLimit.Handling by) {

  static ConstraintConfig from(Section section) {
    return new ConstraintConfig(
        section.choice("on", CostKind.class),
        section.number("share", Interval.openClosed(0, 1)),
        section.choice("by", CostLimit.Handling.class));
  }
}
