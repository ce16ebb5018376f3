package org.espalier.jobs.config;

/** How a learning rate changes from epoch to epoch. */
public enum Schedule {
  /** Along half a cosine down to 0. */
  COSINE,
  /** Not at all. */
  CONSTANT
}
