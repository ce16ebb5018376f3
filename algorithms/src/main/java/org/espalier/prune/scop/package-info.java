/**
 * SCOP: pruning of channels by comparison with knockoff features.
 *
 * <p>Here belong the control factor layer, the sources of knockoff images, the importance of
 * channels and their selection, the masked and the slim network, and the recalibration of batch
 * normalisation. Training loops and everything about clusters belong elsewhere.
 *
 * <p>Tang, Wang, Xu, Tao, Xu, Xu, Xu: SCOP: Scientific Control for Reliable Neural Network Pruning,
 * NeurIPS 2020, <a href="https://arxiv.org/abs/2010.10732">arXiv:2010.10732</a>.
 */
package org.espalier.prune.scop;
