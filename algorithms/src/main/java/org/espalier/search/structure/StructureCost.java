package org.espalier.search.structure;

import org.espalier.graph.CostConvention;

/**
 * What a candidate costs.
 *
 * @param parameters trainable parameters
 * @param macs multiply-accumulates of convolution and dense layers, for one example
 * @param convolutionBiases additions of convolutions' biases, for one example
 * @param normalized values that batch normalisation scales and shifts, for one example
 * @param channels output channels of all convolutions but depthwise ones
 */
public record StructureCost(
    long parameters, long macs, long convolutionBiases, long normalized, long channels) {

  /** Returns what ABCPruner prints as FLOPs, {@link CostConvention#ABCPRUNER}. */
  public long abcPrunerOperations() {
    return macs + convolutionBiases + 4 * normalized;
  }

  StructureCost plus(StructureCost other) {
    return new StructureCost(
        parameters + other.parameters,
        macs + other.macs,
        convolutionBiases + other.convolutionBiases,
        normalized + other.normalized,
        channels + other.channels);
  }
}
