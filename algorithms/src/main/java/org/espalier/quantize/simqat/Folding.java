package org.espalier.quantize.simqat;

/** How batch normalisation is folded into the weights of a convolution in training. */
public enum Folding {
  /**
   * Not at all: rounding commutes with it. For symmetric narrow grids per channel only, where it is
   * exact and costs nothing.
   */
  COMMUTING,

  /**
   * A convolution with raw weights gives the statistics of the batch; one with weights folded with
   * running statistics and rounded gives the result, corrected to the batch's. Krishnamoorthi,
   * figure 9.
   */
  TWO_CONVOLUTIONS,

  /**
   * The result of weights folded with running statistics and rounded is unfolded and normalised:
   * half the work. A factor below a millionth counts as that.
   */
  ONE_CONVOLUTION
}
