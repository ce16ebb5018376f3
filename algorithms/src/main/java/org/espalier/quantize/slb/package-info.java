/**
 * SLB: searching for low-bit weights.
 *
 * <p>Here belong weights that are mixtures of a few values, with logits that are learned, the
 * temperature by which they harden, and the algorithm that puts them into a network. Yang et al.:
 * Searching for Low-Bit Weights in Quantized Neural Networks, NeurIPS 2020, <a
 * href="https://arxiv.org/abs/2009.08695">arXiv:2009.08695</a>.
 */
package org.espalier.quantize.slb;
