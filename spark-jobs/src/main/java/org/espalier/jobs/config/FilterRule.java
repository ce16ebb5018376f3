package org.espalier.jobs.config;

/** Which channels of a layer stay when their number is given. */
public enum FilterRule {
  /** Any, by chance. */
  RANDOM,
  /** Any but the last, by chance. */
  RANDOM_BUT_LAST,
  /** Those of the greatest sum of absolute weights. */
  L1,
  /** Those of the greatest Euclidean norm. */
  L2,
  /** Those of the greatest scale of batch normalisation. */
  SCALE,
  /** Those farthest from the other filters. */
  GEOMETRIC_MEDIAN
}
