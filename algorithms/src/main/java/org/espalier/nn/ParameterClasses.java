package org.espalier.nn;

/**
 * A layer configuration that says how its parameters are combined.
 *
 * <p>Layers without it are combined by {@link ParameterClass#MEAN}, those of batch normalisation by
 * their running statistics' own classes.
 */
public interface ParameterClasses {

  /** Returns the class of one of the layer's parameters, by its name in the parameter table. */
  ParameterClass parameterClass(String parameter);
}
