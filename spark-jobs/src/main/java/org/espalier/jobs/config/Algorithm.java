package org.espalier.jobs.config;

/** What a pipeline is made of. */
public enum Algorithm {
  /** Pruning by the importance of channels. */
  PRUNE,
  /** Pruning by comparison with knockoff features. */
  SCOP,
  /** Search of a structure, by an artificial bee colony for example. */
  ABC,
  /** Training with rounded numbers. */
  QAT,
  /** Rounding after training. */
  PTQ
}
