package org.espalier.search.structure;

/** What batch normalisation begins with in a candidate. */
public enum BatchNorms {
  /** Scale, shift and running statistics of the channels that stay. */
  INHERITED,
  /** Scale 1, shift 0, mean 0, variance 1, as in ABCPruner's code: nothing is learned yet. */
  FRESH
}
