package org.espalier.jobs.benchmark.scaling;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A benchmark's result as a table for the console. */
public final class ScalingTable {
  private static final String MEASURED = "%-10s %9s %8s %18s %8s %11s %10s %11s %7s";
  private static final String MODELLED = "%-10s %9s %10s %8s %11s %8s %14s";

  private ScalingTable() {}

  /** Returns the lines. */
  public static List<String> of(ScalingResult result) {
    List<String> lines = new ArrayList<>();
    lines.add(
        String.format(
            MEASURED,
            "",
            "executors",
            "images/s",
            "from - to",
            "speed-up",
            "ms a step",
            "combining",
            "first step",
            "top-1"));
    measured(lines, "averaging", result.averaging());
    measured(lines, "allreduce", result.allreduce());
    measured(lines, "stock", result.stock());
    Simulation simulation = result.simulation();
    if (simulation != null) {
      lines.add("");
      lines.add("Larger clusters, " + simulation.kind() + ":");
      lines.add(
          String.format(
              MODELLED,
              "",
              "executors",
              "images/s",
              "speed-up",
              "ms a step",
              "waiting",
              "communication"));
      modelled(lines, "averaging", simulation.averaging());
      modelled(lines, "allreduce", simulation.allreduce());
      simulation.assumptions().forEach(sentence -> lines.add("  " + sentence));
    }
    return lines;
  }

  private static void measured(List<String> lines, String name, Curve curve) {
    if (curve == null) {
      return;
    }
    for (Curve.Point point : curve.points()) {
      lines.add(
          String.format(
              MEASURED,
              name,
              point.executors(),
              text("%.1f", point.imagesPerSecond()),
              text("%.1f - %.1f", point.imagesPerSecondMin(), point.imagesPerSecondMax()),
              text("%.2f", point.speedup()),
              text("%.1f", 1e3 * point.secondsPerStep()),
              text("%.1f %%", 100 * point.shareOfTimeInReduction()),
              text("%.0f ms", point.firstStepMillis()),
              Double.isNaN(point.top1()) ? "" : text("%.1f %%", 100 * point.top1())));
    }
  }

  private static void modelled(List<String> lines, String name, List<Simulation.Point> points) {
    if (points == null) {
      return;
    }
    for (Simulation.Point point : points) {
      lines.add(
          String.format(
              MODELLED,
              name,
              point.executors(),
              text("%.0f", point.imagesPerSecond()),
              text("%.1f", point.speedup()),
              text("%.1f", 1e3 * point.secondsPerStep()),
              text("%.1f %%", 100 * point.shareWaiting()),
              text("%.1f %%", 100 * point.shareCommunication())));
    }
  }

  private static String text(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
