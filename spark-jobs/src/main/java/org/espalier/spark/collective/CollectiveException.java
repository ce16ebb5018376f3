package org.espalier.spark.collective;

/**
 * A collective operation cannot go on; the message is one sentence that names the ranks concerned.
 *
 * <p>The ring that threw it is closed, so that every other rank fails too instead of waiting.
 */
public final class CollectiveException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int rank;

  private final int peer;

  CollectiveException(String message, int rank, int peer, Throwable cause) {
    super(message, cause);
    this.rank = rank;
    this.peer = peer;
  }

  /** Returns the rank that noticed. */
  public int rank() {
    return rank;
  }

  /** Returns the rank at the other end of the connection concerned, or -1 where none is. */
  public int peer() {
    return peer;
  }
}
