package org.espalier.jobs.config;

/** What a benchmark can measure beside the network itself. */
public enum Peer {
  /** The same network of Deeplearning4j's own layers. */
  STOCK,
  /** The same network in PyTorch. */
  TORCH
}
