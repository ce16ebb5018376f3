package org.espalier.jobs.config;

/** How the executors' networks become one. */
public enum TrainingMode {
  /** Parameters and updater state are averaged at intervals. */
  AVERAGING,
  /** Gradients are added up in every step, so that all take the same. */
  ALLREDUCE
}
