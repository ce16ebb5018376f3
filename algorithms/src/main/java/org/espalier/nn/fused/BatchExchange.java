package org.espalier.nn.fused;

/**
 * Adds up numbers with others who train the same network on other parts of the same batch.
 *
 * <p>With it batch normalisation sees the batch of all. Everyone calls it equally often, with as
 * many numbers each time; it is called by one thread at a time, which need not be that which
 * trains.
 */
@FunctionalInterface
public interface BatchExchange {
  /**
   * Returns the sums of everyone's numbers, the same bits to everyone.
   *
   * @param values one's own; zeros where one's part of the batch is empty
   */
  double[] sum(double[] values);
}
