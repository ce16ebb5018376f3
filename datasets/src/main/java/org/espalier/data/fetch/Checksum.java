package org.espalier.data.fetch;

import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;

/**
 * The digest that a file must have.
 *
 * @param algorithm {@code MD5} or {@code SHA-256}
 * @param hex the digest in hexadecimal digits
 */
public record Checksum(String algorithm, String hex) {
  private static final int BUFFER = 1 << 16;

  /** Checks that the algorithm is known and the digest has its length. */
  public Checksum {
    hex = hex.toLowerCase(Locale.ROOT);
    int digits = 2 * digest(algorithm).getDigestLength();
    if (!hex.matches("[0-9a-f]{" + digits + "}")) {
      throw new IllegalArgumentException(
          String.format(
              "Cannot use checksum: %s must be %d hexadecimal digits (%s)",
              algorithm, digits, hex));
    }
  }

  /** Returns an MD5 digest: it guards against damage, not against forgery. */
  public static Checksum md5(String hex) {
    return new Checksum("MD5", hex);
  }

  /** Returns a SHA-256 digest. */
  public static Checksum sha256(String hex) {
    return new Checksum("SHA-256", hex);
  }

  /** Returns the digest of everything that a stream still holds, in hexadecimal digits. */
  String of(InputStream in) throws IOException {
    MessageDigest digest = digest(algorithm);
    byte[] buffer = new byte[BUFFER];
    for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
      digest.update(buffer, 0, n);
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static MessageDigest digest(String algorithm) {
    try {
      return MessageDigest.getInstance(algorithm);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalArgumentException(
          "Cannot use checksum: unknown algorithm, use MD5 or SHA-256 (" + algorithm + ")", e);
    }
  }
}
