package org.espalier.prune.channel;

/** Which channels compete with each other. */
public enum Ranking {
  /** Those of one group: every group loses the same share. */
  UNIFORM,
  /** Those of all groups, each group's scores divided by their mean. */
  GLOBAL
}
