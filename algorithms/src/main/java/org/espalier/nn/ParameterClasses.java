package org.espalier.nn;

import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A layer configuration that says how its parameters are combined.
 *
 * <p>Layers without it are combined by {@link ParameterClass#MEAN}, those of batch normalisation by
 * their running statistics' own classes.
 */
public interface ParameterClasses {

  /** Returns the class of one of the layer's parameters, by its name in the parameter table. */
  ParameterClass parameterClass(String parameter);

  /**
   * Sets the parameters of class {@link ParameterClass#RECOMPUTE} in place, from the others.
   *
   * <p>Whoever combines copies calls it afterwards, wherever the combination lands. What it sets
   * must depend on the other parameters alone, and be what the layer itself has after training on
   * them, or would set before it uses them next.
   *
   * @param parameters the layer's parameter table
   * @throws UnsupportedOperationException when the layer has no such parameters
   */
  default void recompute(Map<String, INDArray> parameters) {
    throw new UnsupportedOperationException(
        "Cannot recompute parameters: the layer does not say how (" + getClass().getName() + ")");
  }
}
