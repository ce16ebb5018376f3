package org.espalier.jobs.config;

/** What pruning removes a share of. */
public enum Budget {
  /** Channels that can be removed. */
  CHANNELS,
  /** Trainable parameters. */
  PARAMETERS,
  /** Multiply-accumulates. */
  MACS,
  /** Time of one image on one thread. */
  LATENCY
}
