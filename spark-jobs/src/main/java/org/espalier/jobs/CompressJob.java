package org.espalier.jobs;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.espalier.jobs.config.Algorithm;
import org.espalier.jobs.config.CompressJobConfig;
import org.espalier.jobs.config.Section;

/** The work of the verb {@code compress}: a pipeline of algorithms. */
final class CompressJob extends CompressionJob<CompressJobConfig> {

  @Override
  List<Named> pipeline(CompressJobConfig config, Images train, JobContext context)
      throws IOException {
    List<Named> steps = new ArrayList<>();
    for (Algorithm algorithm : config.pipeline()) {
      CompressionStep step =
          switch (algorithm) {
            case PRUNE ->
                PruneStep.of(config.prune(), config.seed(), config.data(), train, context.hadoop());
            case SCOP ->
                ScopJob.step(config.scop(), config.seed(), config.data(), train, context.hadoop());
          };
      steps.add(new Named(Section.nameOf(algorithm) + "-", step));
    }
    return steps;
  }
}
