package org.espalier.jobs.config;

/** What a benchmark of scaling compares. */
public enum Contender {
  /** This project's training by averaging. */
  AVERAGING,
  /** This project's training by all-reduce. */
  ALLREDUCE,
  /** Deeplearning4j's own layers under its own ParameterAveragingTrainingMaster. */
  STOCK
}
