package org.espalier.quantize.ptq;

/** How the shift that rounding gives to a channel's mean is taken back by its bias. */
public enum BiasCorrection {
  /** Biases stay. */
  NONE,

  /**
   * By the means that batch normalisation promises, without images: what a layer reads is taken for
   * normal before the ReLU, with beta as its mean and |gamma| as its deviation. Layers for which
   * that says nothing, such as the first one, keep their bias.
   *
   * <p>Nagel et al., <a href="https://arxiv.org/abs/1906.04721">arXiv:1906.04721</a>, section 4.2.
   */
  ANALYTIC,

  /**
   * By the means over calibration images, layer after layer, each with the ones before it rounded;
   * the same, appendix D.
   */
  EMPIRICAL
}
