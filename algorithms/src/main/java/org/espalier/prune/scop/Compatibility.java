package org.espalier.prune.scop;

/** Whose variant of the knockoff stage is followed. */
public enum Compatibility {
  /**
   * The authors' code: loss over the real rows, Adam, factors projected onto [0, 1] after every
   * step.
   */
  OFFICIAL,
  /**
   * MindSpore Golden Stick: loss over all rows, labels permuted with the images, gradient descent
   * with momentum 0.9 and a cosine of 5 epochs' warm-up, no projection, no recalibration of batch
   * normalisation.
   */
  GOLDEN_STICK
}
