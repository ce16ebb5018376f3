package org.espalier.jobs.config;

/** Whose semantics a SCOP run follows. */
public enum Compatibility {
  /** The authors' code. */
  OFFICIAL,
  /** MindSpore Golden Stick. */
  GOLDEN_STICK
}
