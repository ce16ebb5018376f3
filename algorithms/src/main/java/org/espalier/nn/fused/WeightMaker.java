package org.espalier.nn.fused;

import java.util.Optional;
import org.deeplearning4j.nn.api.Layer;

/**
 * A runtime layer that has another one compute, with weights that it makes of its own parameters
 * before each pass. Its configuration is a wrapper around the other's.
 */
public interface WeightMaker {
  /**
   * Returns the layer that computes. Its parameters, and where it expects their gradients, are
   * apart from the network's.
   */
  Layer computing();

  /** Makes the weights of the layer that computes, for a pass. */
  void makeWeights(boolean training);

  /** Returns the weights at inference as integers, where their scales never change. */
  default Optional<WeightCodes> codes() {
    return Optional.empty();
  }

  /**
   * Takes the gradient at the weights of the layer that computes, which is where that layer expects
   * it, to the gradients of the parameters.
   */
  void takeGradientBack();
}
