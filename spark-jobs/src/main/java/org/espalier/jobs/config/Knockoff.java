package org.espalier.jobs.config;

/** Where SCOP's knockoff images come from. */
public enum Knockoff {
  /** Other images of the same batch, no image in its own place. */
  DERANGEMENT,
  /** Second-order Gaussian knockoffs of the pixels. */
  GAUSSIAN,
  /** Images that a generator made beforehand. */
  IMAGES,
  /** Noise. */
  NOISE
}
