/**
 * LSQ: steps of grids that are learned with the weights.
 *
 * <p>Here belong weights and activations with learned steps, and the algorithm that puts them into
 * a network. Esser, McKinstry, Bablani, Appuswamy, Modha: Learned Step Size Quantization, ICLR
 * 2020, <a href="https://arxiv.org/abs/1902.08153">arXiv:1902.08153</a>.
 */
package org.espalier.quantize.lsq;
