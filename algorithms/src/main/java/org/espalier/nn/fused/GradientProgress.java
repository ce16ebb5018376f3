package org.espalier.nn.fused;

/**
 * Is told, while a network's gradients are computed, which of them are done.
 *
 * <p>In one computation every number of the gradient view is named exactly once. Calls come one at
 * a time, from threads of the compiled network, which wait meanwhile: the call should hand its work
 * to somebody else. What it throws ends the computation.
 */
@FunctionalInterface
public interface GradientProgress {
  /**
   * Says that numbers of the network's flat gradient view have the values that they will have when
   * the computation is over; it neither writes nor reads them any more.
   *
   * @param from the position of the first
   * @param to the position after the last
   */
  void done(long from, long to);
}
