/**
 * Weights in and out: safetensors files, Deeplearning4j network files, and the name maps by which a
 * PyTorch state_dict finds its place in a network.
 *
 * <p>Everything goes through Hadoop's file systems. Every broken or foreign file ends in a {@link
 * org.espalier.weights.WeightsException} of one sentence. Network architectures do not belong here
 * ({@code org.espalier.zoo}), nor do training checkpoints or exports to other formats.
 */
package org.espalier.weights;
