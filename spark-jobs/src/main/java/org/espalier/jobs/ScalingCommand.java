package org.espalier.jobs;

import org.espalier.jobs.config.ScalingJobConfig;
import picocli.CommandLine.Command;

/** The verb {@code benchmark scaling}. */
@Command(
    name = "scaling",
    description =
        "Measures how training gets faster with executors, stock Deeplearning4j beside it, and"
            + " models larger clusters.",
    footer = {
      "Examples:",
      "  espalier benchmark scaling --master 'local-cluster[2,1,2048]'",
      "  espalier benchmark scaling --set benchmark.contenders=[averaging,allreduce]",
      "All keys, with their defaults: espalier benchmark scaling --print-config"
    })
final class ScalingCommand extends JobCommand<ScalingJobConfig> {
  ScalingCommand(Job<ScalingJobConfig> job) {
    super(ScalingJobConfig::from, job);
  }

  @Override
  String verb() {
    return "benchmark-scaling";
  }
}
