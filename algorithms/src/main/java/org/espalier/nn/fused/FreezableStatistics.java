package org.espalier.nn.fused;

/**
 * The runtime of a batch normalisation that may stop using the statistics of the batch. Its
 * configuration is a wrapper around the normalisation's.
 */
public interface FreezableStatistics {
  /** Whether training uses running statistics at the iteration at hand, and leaves them alone. */
  boolean isFrozen();
}
