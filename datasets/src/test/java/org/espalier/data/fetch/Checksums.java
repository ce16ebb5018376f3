package org.espalier.data.fetch;

import java.io.ByteArrayInputStream;
import java.io.IOException;

/** Computes checksums for the tests. */
final class Checksums {
  private Checksums() {}

  static Checksum sha256(byte[] bytes) throws IOException {
    Checksum any = Checksum.sha256("0".repeat(64));
    return Checksum.sha256(any.of(new ByteArrayInputStream(bytes)));
  }
}
