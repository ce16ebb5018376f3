package org.espalier.jobs.benchmark;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A benchmark's result as lines of text, one a number, for people and for scripts. */
public final class BenchmarkLines {
  private BenchmarkLines() {}

  /** Returns the lines. */
  public static List<String> of(BenchmarkResult result) {
    List<String> lines = new ArrayList<>();
    String setting =
        String.format(
            Locale.ROOT,
            "%s batch %d threads %d%s %s",
            result.network(),
            result.batch(),
            result.threads(),
            result.tasks() > 1 ? " tasks " + result.tasks() : "",
            result.precision());
    speed(
        lines,
        "ours " + setting,
        result.trainImagesPerSecond(),
        result.inferImagesPerSecond(),
        result.firstStepMillis(),
        result.peakResidentBytes());
    BenchmarkResult.Peer peer = result.peer();
    if (peer != null) {
      speed(
          lines,
          peer.name() + " " + setting,
          peer.trainImagesPerSecond(),
          peer.inferImagesPerSecond(),
          peer.firstStepMillis(),
          peer.peakResidentBytes());
      lines.add(
          line(
              "ours / %s %s train %.2f infer %.2f",
              peer.name(), setting, peer.trainRatio(), peer.inferRatio()));
    }
    return lines;
  }

  private static void speed(
      List<String> lines,
      String subject,
      double train,
      double infer,
      double firstStepMillis,
      Long peakResidentBytes) {
    lines.add(line("%s train %.1f images/s", subject, train));
    lines.add(line("%s infer %.1f images/s", subject, infer));
    lines.add(line("%s first step %.0f ms", subject, firstStepMillis));
    if (peakResidentBytes != null) {
      lines.add(line("%s peak resident %.0f MiB", subject, peakResidentBytes / 0x1p20));
    }
  }

  private static String line(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
