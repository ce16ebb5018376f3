package org.espalier.jobs.config;

/** Which groups of channels are searched. */
public enum GroupRule {
  /** Those that a single layer makes, each by itself. */
  INSIDE,
  /** Those that a single layer makes, with one number for all of a block. */
  BY_BLOCK,
  /** All that can be cut, each by itself. */
  EACH
}
