package org.espalier.jobs.config;

/** Who searches for a network's structure. */
public enum SearcherKind {
  /** An artificial bee colony. */
  BEES,
  /** Chance: the control arm. */
  RANDOM,
  /** Regularised evolution. */
  EVOLUTION,
  /** Nobody: every layer keeps the same share. */
  UNIFORM
}
