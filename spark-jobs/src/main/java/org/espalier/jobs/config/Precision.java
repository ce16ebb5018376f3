package org.espalier.jobs.config;

/** The numbers that training computes with. */
public enum Precision {
  /** Single precision throughout. */
  FLOAT32,
  /**
   * Single precision for weights, their gradients, statistics and loss; bfloat16 for activations.
   */
  BF16_MIXED
}
