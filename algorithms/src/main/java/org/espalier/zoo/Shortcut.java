package org.espalier.zoo;

/**
 * How a residual block carries its input past a change of shape; where the shape stays, the input
 * is carried as is.
 */
public enum Shortcut {
  /** Option A: every stride-th pixel, zero channels on both sides; no weights. */
  IDENTITY,
  /** A 1x1 convolution of the block's stride, without bias and without batch normalisation. */
  CONVOLUTION,
  /** Option B: a 1x1 convolution of the block's stride, without bias, and batch normalisation. */
  PROJECTION
}
