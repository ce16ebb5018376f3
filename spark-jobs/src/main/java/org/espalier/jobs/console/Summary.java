package org.espalier.jobs.console;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleFunction;
import java.util.function.ToDoubleFunction;
import org.espalier.jobs.report.Measurement;
import org.espalier.jobs.report.Report;

/** The table at the end of a job: the network before and after. */
public final class Summary {
  private final List<String[]> rows = new ArrayList<>();
  private final Measurement before;
  private final Measurement after;

  private Summary(Measurement before, Measurement after) {
    this.before = before;
    this.after = after;
  }

  /**
   * Returns the table, and where the report is.
   *
   * @param report the finished report
   */
  public static String of(Report report) {
    StringBuilder text = new StringBuilder();
    if (report.before() != null || report.after() != null) {
      text.append('\n').append(new Summary(report.before(), report.after()).table());
    }
    for (String note : report.notes()) {
      text.append("Note: ").append(note).append('\n');
    }
    return text.append('\n')
        .append(report.job())
        .append(" took ")
        .append(Texts.duration(report.wallSeconds()))
        .append("; report: ")
        .append(report.config().get("output"))
        .append("/report.html\n")
        .toString();
  }

  private String table() {
    boolean both = before != null && after != null;
    rows.add(
        both
            ? new String[] {"", "before", "after", "change"}
            : new String[] {"", "measured", "", ""});
    share("top-1 accuracy", Measurement::top1);
    share("top-5 accuracy", Measurement::top5);
    size("parameters", Measurement::parameters, value -> Texts.count((long) value));
    size("MACs", Measurement::macs, value -> Texts.count((long) value));
    size("file size, bytes", Measurement::sizeBytes, value -> Texts.count((long) value));
    size("latency, ms", Measurement::latencyMillis, value -> Texts.number(value, 2));
    int[] widths = new int[4];
    for (String[] row : rows) {
      for (int c = 0; c < row.length; c++) {
        widths[c] = Math.max(widths[c], row[c].length());
      }
    }
    StringBuilder text = new StringBuilder();
    for (String[] row : rows) {
      StringBuilder line = new StringBuilder();
      line.append(String.format("%-" + widths[0] + "s", row[0]));
      for (int c = 1; c < row.length; c++) {
        line.append(String.format("  %" + Math.max(1, widths[c]) + "s", row[c]));
      }
      text.append(line.toString().stripTrailing()).append('\n');
    }
    return text.toString();
  }

  private void share(String name, ToDoubleFunction<Measurement> value) {
    row(
        name,
        value,
        Texts::percent,
        (old, fresh) -> String.format(Locale.ROOT, "%+.2f points", 100 * (fresh - old)));
  }

  private void size(
      String name, ToDoubleFunction<Measurement> value, DoubleFunction<String> format) {
    row(
        name,
        value,
        format,
        (old, fresh) ->
            old == 0 ? "" : String.format(Locale.ROOT, "%+.1f %%", 100 * (fresh - old) / old));
  }

  private void row(
      String name,
      ToDoubleFunction<Measurement> value,
      DoubleFunction<String> format,
      Change change) {
    double old = before == null ? Double.NaN : value.applyAsDouble(before);
    double fresh = after == null ? Double.NaN : value.applyAsDouble(after);
    if (Double.isNaN(old) && Double.isNaN(fresh)) {
      return;
    }
    if (before == null || after == null) {
      rows.add(new String[] {name, format.apply(before == null ? fresh : old), "", ""});
      return;
    }
    boolean comparable = !Double.isNaN(old) && !Double.isNaN(fresh);
    rows.add(
        new String[] {
          name,
          Double.isNaN(old) ? "-" : format.apply(old),
          Double.isNaN(fresh) ? "-" : format.apply(fresh),
          comparable ? change.describe(old, fresh) : ""
        });
  }

  @FunctionalInterface
  private interface Change {
    String describe(double old, double fresh);
  }
}
