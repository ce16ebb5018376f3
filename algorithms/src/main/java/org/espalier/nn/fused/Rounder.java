package org.espalier.nn.fused;

import java.util.Optional;

/** A runtime layer that rounds numbers of any shape to one grid. */
public interface Rounder {
  /** Returns the grid of a pass as parameters are; nothing where numbers pass unchanged. */
  Optional<RoundingGrid> grid(boolean training);

  /** Returns the grid at inference where it is of 8 bits at most and never changes. */
  default Optional<CodeGrid> codes() {
    return Optional.empty();
  }

  /**
   * Whether there is a grid for a pass in training mode, or none is needed; else the layer itself
   * must see a batch first.
   */
  boolean isReady();

  /** Whether it is to be told the range of each batch in training. */
  default boolean observes() {
    return false;
  }

  /**
   * Takes in the range of a batch, which was rounded to the grid as it was before.
   *
   * @param min the smallest number, at most 0
   * @param max the largest number, at least 0
   */
  default void observe(double min, double max) {}

  /**
   * Whether the distance of neighbours on the grid is a parameter that learns, and the only one.
   */
  default boolean learns() {
    return false;
  }

  /**
   * Writes the gradient of that parameter.
   *
   * @param gradient the derivative of the loss by the distance
   * @param features how many numbers of each example were rounded
   */
  default void learn(double gradient, long features) {}
}
