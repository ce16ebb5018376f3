package org.espalier.jobs.config;

/** How a network is trained with rounded numbers. */
public enum QatAlgorithm {
  /** Grids follow from the ranges of the numbers. */
  SIMQAT,
  /** Steps of grids are learned. */
  LSQ,
  /** Each weight is searched among a few values. */
  SLB
}
