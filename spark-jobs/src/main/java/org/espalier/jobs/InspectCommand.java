package org.espalier.jobs;

import org.espalier.jobs.config.InspectJobConfig;
import picocli.CommandLine.Command;

/** The verb {@code inspect}. It needs no Spark. */
@Command(
    name = "inspect",
    description = "Looks inside a network: a table, a page with its graph, files for other tools.",
    footer = {
      "Examples:",
      "  espalier inspect --set model.name=resnet56",
      "  espalier inspect --set model.weights=model.zip --set inspect.dump=[dot,npy]",
      "  espalier inspect --set model.weights=slim.zip --set inspect.against=model.zip",
      Espalier.KEYS_FOOTER
    })
final class InspectCommand extends JobCommand<InspectJobConfig> {

  InspectCommand(Job<InspectJobConfig> job) {
    super(InspectJobConfig::from, job);
  }
}
