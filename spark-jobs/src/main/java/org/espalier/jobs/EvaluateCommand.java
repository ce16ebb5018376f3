package org.espalier.jobs;

import java.util.List;
import org.espalier.jobs.config.EvaluateJobConfig;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The verb {@code evaluate}. */
@Command(
    name = "evaluate",
    description = "Measures a network: accuracy, parameters, multiply-accumulates, size, latency.",
    footer = {
      "Examples:",
      "  espalier evaluate --set model.weights=model.zip",
      "  espalier evaluate --runtime onnx --set model.weights=model.onnx",
      Espalier.KEYS_FOOTER
    })
final class EvaluateCommand extends JobCommand<EvaluateJobConfig> {
  @Option(
      names = "--runtime",
      paramLabel = "RUNTIME",
      description =
          "What runs the network, above the key evaluate.runtime: espalier, or onnx for an .onnx"
              + " file in ONNX Runtime, without Spark.")
  private String runtime;

  EvaluateCommand(Job<EvaluateJobConfig> job) {
    super(EvaluateJobConfig::from, job);
  }

  @Override
  List<String> shorthands() {
    return runtime == null ? List.of() : List.of("evaluate.runtime=" + runtime);
  }
}
