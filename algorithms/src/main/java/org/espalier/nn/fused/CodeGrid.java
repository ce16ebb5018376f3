package org.espalier.nn.fused;

/**
 * What codes of 8 bits stand for, for good: code q is the number (q - zero) * step.
 *
 * <p>Programs keep codes as q - zero, in float32.
 *
 * @param step the distance of neighbours, above 0
 * @param zero the code of 0, from 0 to 255
 * @param lowest the smallest code in use, at most {@code zero}
 * @param highest the greatest code in use, at least {@code zero}
 */
public record CodeGrid(float step, int zero, int lowest, int highest) {
  /** The smallest code in use, less that of zero. */
  int from() {
    return lowest - zero;
  }

  /** The greatest code in use, less that of zero. */
  int to() {
    return highest - zero;
  }
}
