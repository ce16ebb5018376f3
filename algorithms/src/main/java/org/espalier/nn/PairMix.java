package org.espalier.nn;

/**
 * A layer that mixes, in training, each row of the batch's first half with its partner in the
 * second: row i becomes f x_i + (1 - f) x_(i + N/2), with a factor f for each channel; the second
 * half stays as it is.
 */
public interface PairMix {
  /** The name of the parameter that holds the factors, [1, C]. */
  String factorName();
}
