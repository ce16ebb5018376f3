package org.espalier.spark.collective;

import java.io.IOException;

/** Connecting or an operation was given up; the message is the reason, without what was tried. */
final class StoppedException extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient Peer peer;

  StoppedException(String message, Peer peer, IOException cause) {
    super(message, cause);
    this.peer = peer;
  }

  /** Returns the rank to blame, or null where none is. */
  Peer peer() {
    return peer;
  }
}
