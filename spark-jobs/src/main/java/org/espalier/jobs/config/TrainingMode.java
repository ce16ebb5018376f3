package org.espalier.jobs.config;

/** How the executors' networks become one. */
public enum TrainingMode {
  /** Parameters and updater state are averaged at intervals. */
  AVERAGING
}
