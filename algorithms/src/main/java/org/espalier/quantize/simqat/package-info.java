/**
 * SimQAT: training with simulated quantisation.
 *
 * <p>Here belong weights and activations whose grids follow from the range of the numbers
 * themselves, the folding of batch normalisation in training, and the algorithm that puts them into
 * a network. Jacob et al., <a href="https://arxiv.org/abs/1712.05877">arXiv:1712.05877</a>;
 * Krishnamoorthi, <a href="https://arxiv.org/abs/1806.08342">arXiv:1806.08342</a>.
 */
package org.espalier.quantize.simqat;
