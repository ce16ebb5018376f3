/**
 * Layers: configuration classes for Deeplearning4j's {@code ComputationGraph} and their own
 * runtime.
 *
 * <p>A configuration class ({@link org.espalier.nn.Convolution}, {@link org.espalier.nn.BatchNorm},
 * ...) is what a network definition names, what is written into a saved network and what is sent to
 * executors. Its runtime (classes named {@code ...Runtime}) computes. Activations are NHWC: [N, H,
 * W, C]. Parameters keep Deeplearning4j's names, shapes and order.
 *
 * <p>Network architectures, weight files, graph surgery and anything that compresses belong
 * elsewhere.
 */
package org.espalier.nn;
