package org.espalier.inspect;

/**
 * One line of a {@link Summary}.
 *
 * @param node what the vertex is
 * @param parameters trainable parameters
 * @param macs multiply-accumulates for one example
 * @param activationBytes bytes of the output for one example
 * @param sizeBytes bytes of all parameters as they are stored
 * @param bits bits of one weight as it is stored; 0 where there are no parameters
 * @param sparsity share of zeros among the weights, biases, shifts and running statistics aside, 0
 *     to 1; NaN where there are no weights
 */
public record LayerSummary(
    Node node,
    long parameters,
    long macs,
    long activationBytes,
    long sizeBytes,
    int bits,
    double sparsity) {}
