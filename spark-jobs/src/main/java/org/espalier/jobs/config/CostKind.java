package org.espalier.jobs.config;

/** What a candidate of a search may not have too much of. */
public enum CostKind {
  /** Nothing. */
  NONE,
  /** Multiply-accumulates. */
  MACS,
  /** Trainable parameters. */
  PARAMETERS
}
