package org.espalier.nn;

/**
 * How the copies of a parameter that several workers trained become one.
 *
 * <p>Workers weigh as much as the examples that they have seen.
 */
public enum ParameterClass {
  /** The weighted mean: weights, biases, running means. */
  MEAN,

  /**
   * A running variance, pooled: the mean of the workers' variances plus the variance of their
   * means, so that the result is the variance of all rows together. Its mean is the parameter
   * {@code mean} of the same layer.
   */
  POOLED_VARIANCE,

  /** A running standard deviation kept as its decimal logarithm; its square is pooled. */
  POOLED_LOG_DEVIATION,

  /** The weighted mean, then clamped to 0..1: control factors. */
  UNIT_INTERVAL,

  /** The least of the workers' values: the lower end of an observed range. Finite. */
  MINIMUM,

  /** The greatest of the workers' values: the upper end of an observed range. Finite. */
  MAXIMUM,

  /**
   * Follows from the layer's other parameters: {@link ParameterClasses#recompute} sets it once they
   * are combined.
   */
  RECOMPUTE,

  /** Does not change in training, so that it need not travel. */
  FROZEN
}
