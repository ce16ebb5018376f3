package org.espalier.jobs;

import java.util.Locale;
import org.espalier.jobs.quantize.QuantizationReport;

/** What every step that quantises tells the report, and whoever watches. */
final class QuantizationSection {
  private static final String SIMULATED =
      "Latency and file size of the quantised network are those of its Deeplearning4j form, which"
          + " computes with integers in float32; evaluate --runtime onnx measures model.onnx.";

  private QuantizationSection() {}

  static void add(QuantizationReport section, JobContext context) {
    context.report().section("quantization", section).note(SIMULATED);
    context
        .out()
        .println(
            String.format(Locale.ROOT, "top-1: %.2f %% before", 100 * section.given())
                + accuracy("rounded", section.rounded())
                + accuracy("trained", section.trained())
                + accuracy("as deployed", section.deployed())
                + String.format(
                    Locale.ROOT,
                    "; weights: %,d bytes, %,d packed",
                    section.floatBytes(),
                    section.packedBytes()));
    context.out().flush();
  }

  private static String accuracy(String when, double top1) {
    return Double.isNaN(top1) ? "" : String.format(Locale.ROOT, ", %.2f %% %s", 100 * top1, when);
  }
}
