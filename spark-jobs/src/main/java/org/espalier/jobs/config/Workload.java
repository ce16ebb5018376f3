package org.espalier.jobs.config;

/** What stays the same when executors are added. */
public enum Workload {
  /** The batch of each executor. */
  WEAK,
  /** The batch of all executors together. */
  STRONG
}
