package org.espalier.jobs.config;

/** What ranks the channels that a pruning removes. */
public enum Importance {
  /** SCOP's score: the scale's magnitude times (2b - 1). */
  SCOP,
  /** A control arm: chance. */
  RANDOM,
  /** A control arm: the scale's magnitude alone. */
  GAMMA
}
