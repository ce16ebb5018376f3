package org.espalier.spark.collective;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Closing of what is given up anyway. */
final class Closing {
  private Closing() {}

  /** Closes; that a connection which is given up complains in closing is of no interest. */
  static void quietly(Closeable resource) {
    try {
      if (resource != null) {
        resource.close();
      }
    } catch (IOException | UncheckedIOException e) {
      // What matters has been told before, or nothing had gone wrong.
    }
  }
}
