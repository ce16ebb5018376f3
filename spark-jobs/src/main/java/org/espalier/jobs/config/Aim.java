package org.espalier.jobs.config;

/** What candidates of a search are compared by. */
public enum Aim {
  /** The fitness alone. */
  FITNESS,
  /** The fitness against the cost. */
  PARETO
}
