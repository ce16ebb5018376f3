package org.espalier.jobs;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.function.UnaryOperator;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.espalier.graph.Cost;
import org.espalier.jobs.config.EvaluationConfig;
import org.espalier.jobs.onnx.OnnxRuntime;
import org.espalier.jobs.onnx.OnnxSession;
import org.espalier.jobs.report.PipelineStep;

/** Tells the report, and whoever watches, what each step of a pipeline made of the network. */
final class Milestones {
  private final Images images;
  private final Bench bench;
  private final EvaluationConfig config;
  private final OnnxFiles files;
  private final List<PipelineStep> steps = new ArrayList<>();

  /**
   * Nothing has been made yet.
   *
   * @param bench where networks are measured
   */
  Milestones(Images images, Bench bench, EvaluationConfig config) {
    this.images = images;
    this.bench = bench;
    this.config = config;
    this.files = new OnnxFiles(images.set().shape(), images.set().classNames());
  }

  /**
   * Adds what a step made.
   *
   * @throws IOException when ONNX Runtime fails
   */
  void add(String name, ComputationGraph network) throws IOException {
    JobContext context = bench.context();
    double top1 = bench.measuring().accuracy(network).top1();
    Cost cost = bench.measuring().cost(network);
    byte[] onnx = onnx(network, top1);
    PipelineStep step =
        new PipelineStep(
            name,
            top1,
            cost.parameters(),
            cost.macs(),
            onnx == null ? null : (long) onnx.length,
            onnx == null ? Double.NaN : millis(onnx));
    steps.add(step);
    context.report().section("pipeline", steps);
    context.out().println(line(step));
    context.out().flush();
  }

  private byte[] onnx(ComputationGraph network, double top1) {
    try {
      return files
          .model(network, OptionalDouble.of(top1), bench.context(), UnaryOperator.identity())
          .bytes();
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private double millis(byte[] onnx) throws IOException {
    if (config.latencyRuns() == 0 || !OnnxRuntime.isThere()) {
      return Double.NaN;
    }
    try (OnnxSession session = OnnxSession.open(OnnxFiles.NAME, onnx, images.set().shape(), 1)) {
      return session.time(config.latencyRuns()).medianMillis();
    }
  }

  private String line(PipelineStep step) {
    StringBuilder line = new StringBuilder();
    line.append(
        String.format(
            Locale.ROOT,
            "%s: top-1 %.2f %% (%s images), %,d parameters, %,d MACs",
            step.name(),
            100 * step.top1(),
            bench.measuring().name(),
            step.parameters(),
            step.macs()));
    if (step.onnxBytes() != null) {
      line.append(String.format(Locale.ROOT, "; ONNX %,d bytes", step.onnxBytes()));
    }
    if (!Double.isNaN(step.onnxMillis())) {
      line.append(String.format(Locale.ROOT, ", %.2f ms", step.onnxMillis()));
    }
    return line.toString();
  }
}
