package org.espalier.jobs.config;

/** What a search for widths begins with. */
public enum InitialRule {
  /** The same share of every layer comes first, all else is drawn. */
  UNIFORM,
  /** All is drawn. */
  RANDOM
}
