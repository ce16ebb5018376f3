package org.espalier.prune.scop;

/** The kinds of knockoff images. */
public enum Knockoff {
  /** The images of the batch in an order that leaves none in its place; see {@link Derangement}. */
  DERANGEMENT,
  /** The images of the batch in any order, as Golden Stick has it; see {@link Permutation}. */
  PERMUTATION,
  /** Second-order knockoffs of a Gaussian model; see {@link GaussianKnockoffs}. */
  GAUSSIAN,
  /** Images that a generator made beforehand; see {@link GeneratedImages}. */
  IMAGES,
  /** Normal noise with the batch's mean and deviation per channel; see {@link Noise}. */
  NOISE
}
