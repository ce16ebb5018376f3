package org.espalier.jobs.config;

/** What a job does with a corrupt record. */
public enum OnCorrupt {
  /** The first one ends the job. */
  FAIL,
  /** They are counted, reported and left out. */
  SKIP
}
