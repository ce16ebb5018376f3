package org.espalier.jobs.config;

/** What stands in a residual network's shortcut where a block changes its shape. */
public enum Shortcut {
  /** Every second pixel, zeros for the new channels ("option A"). */
  IDENTITY,
  /** A 1x1 convolution. */
  CONVOLUTION
}
