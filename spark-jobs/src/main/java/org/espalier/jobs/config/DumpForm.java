package org.espalier.jobs.config;

/** A form in which a network is written for people or other tools. */
public enum DumpForm {
  /** The topology with all attributes, to be read. */
  TEXT,
  /** The topology for Graphviz. */
  DOT,
  /** The topology as JSON. */
  JSON,
  /** Weights and activations for NumPy. */
  NPY
}
