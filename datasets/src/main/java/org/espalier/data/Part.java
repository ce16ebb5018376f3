package org.espalier.data;

/** Which part of a data set: the images to learn from or those to measure with. */
public enum Part {
  /** The training images. */
  TRAIN,
  /** The test (or validation) images. */
  TEST
}
