package org.espalier.jobs.config;

/** How weights are rounded after training. */
enum Rounding {
  /** To the nearest number of the grid. */
  NEAREST,
  /** Up or down, whichever disturbs the layer's output less on calibration images. */
  ADAPTIVE
}
