package org.espalier.jobs.config;

/** What scores a channel; the names of {@code org.espalier.prune.channel}'s importances. */
public enum ChannelScore {
  /** Sum of absolute weights. */
  L1,
  /** Euclidean norm of the weights. */
  L2,
  /** Scale of the batch normalisation. */
  SCALE,
  /** Distance from the other filters. */
  GEOMETRIC_MEDIAN,
  /** Weight times gradient. */
  TAYLOR,
  /** Chance. */
  RANDOM
}
