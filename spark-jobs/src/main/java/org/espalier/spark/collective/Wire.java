package org.espalier.spark.collective;

/** How a sum of float32 numbers travels. */
public enum Wire {
  /** As they are: four bytes a number, no rounding but that of the additions. */
  FLOAT32,

  /**
   * As IEEE 754 half precision, rounded to nearest even: two bytes a number. Every partial sum is
   * rounded to 11 significant bits before it is sent on; sums beyond 65504 become infinite, and
   * those below 3e-8 zero. All ranks still end with the same bits.
   */
  FLOAT16
}
