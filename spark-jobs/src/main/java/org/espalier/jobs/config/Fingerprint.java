package org.espalier.jobs.config;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The digest of what a result depends on. */
final class Fingerprint {
  private static final Set<String> WITHOUT_EFFECT =
      Set.of(
          "output",
          "checkpoint",
          "spark.master",
          "spark.conf",
          "spark.threadsPerTask",
          "spark.gpusPerTask",
          "spark.gpusPerExecutor",
          "spark.gpuDiscoveryScript",
          "evaluation");

  private Fingerprint() {}

  static String of(String verb, Map<String, Object> configuration) {
    StringBuilder canonical = new StringBuilder(verb).append('\n');
    append("", configuration, canonical);
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256")
              .digest(canonical.toString().getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Cannot digest: every Java platform has SHA-256", e);
    }
  }

  private static void append(String path, Object value, StringBuilder canonical) {
    if (WITHOUT_EFFECT.contains(path)) {
      return;
    }
    if (value instanceof Map<?, ?> map) {
      Map<String, Object> sorted = new TreeMap<>();
      map.forEach((key, below) -> sorted.put(key.toString(), below));
      sorted.forEach(
          (key, below) -> append(path.isEmpty() ? key : path + "." + key, below, canonical));
    } else {
      canonical.append(path).append('=').append(plain(value)).append('\n');
    }
  }

  /** Numbers are compared by value: 1, 1.0 and 1e0 are the same. */
  private static String plain(Object value) {
    if (value instanceof Number number) {
      return new BigDecimal(number.toString()).stripTrailingZeros().toString();
    }
    if (value instanceof List<?> list) {
      return list.stream().map(Fingerprint::plain).toList().toString();
    }
    return String.valueOf(value);
  }
}
