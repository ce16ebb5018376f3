package org.espalier.jobs;

import org.espalier.jobs.config.ExportJobConfig;
import picocli.CommandLine.Command;

/** The verb {@code export}. It needs no Spark. */
@Command(
    name = "export",
    description = "Writes a network as an ONNX file, in float32 or in integers.",
    footer = {
      "Examples:",
      "  espalier export --set model.weights=model.zip",
      "  espalier export --set model.weights=model.zip --set export.calibration=512"
          + " --set data.format=cifar10 --set data.path=FOLDER",
      Espalier.KEYS_FOOTER
    })
final class ExportCommand extends JobCommand<ExportJobConfig> {

  ExportCommand(Job<ExportJobConfig> job) {
    super(ExportJobConfig::from, job);
  }
}
