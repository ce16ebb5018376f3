package org.espalier.jobs;

import java.util.List;
import org.espalier.jobs.config.BenchmarkJobConfig;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The verb {@code benchmark}. It needs no Spark. */
@Command(
    name = "benchmark",
    description = "Measures how fast a network trains and infers on this machine, without Spark.",
    synopsisSubcommandLabel = "[COMMAND]",
    commandListHeading = "%nCommands:%n",
    footer = {
      "Examples:",
      "  espalier benchmark",
      "  espalier benchmark --set benchmark.network=resnet56 --set benchmark.threads=2",
      "  espalier benchmark --peer stock",
      "  espalier benchmark --peer torch --set benchmark.python=/usr/bin/python3",
      Espalier.KEYS_FOOTER
    })
final class BenchmarkCommand extends JobCommand<BenchmarkJobConfig> {
  @Option(
      names = "--peer",
      paramLabel = "PEER",
      description =
          "Measures a peer in turns with it, above the key benchmark.peer: stock, the same network"
              + " of Deeplearning4j's own layers; torch, the same network in PyTorch.")
  private String peer;

  BenchmarkCommand(Job<BenchmarkJobConfig> job) {
    super(BenchmarkJobConfig::from, job);
  }

  @Override
  List<String> shorthands() {
    return peer == null ? List.of() : List.of("benchmark.peer=" + peer);
  }
}
