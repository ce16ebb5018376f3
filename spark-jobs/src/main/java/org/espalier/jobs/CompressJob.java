package org.espalier.jobs;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.espalier.jobs.config.Algorithm;
import org.espalier.jobs.config.CompressJobConfig;
import org.espalier.jobs.config.Section;

/** The work of the verb {@code compress}: a pipeline of algorithms. */
final class CompressJob extends CompressionJob<CompressJobConfig> {

  @Override
  OptionalInt heldOut(CompressJobConfig config) {
    return config.pipeline().contains(Algorithm.ABC)
        ? OptionalInt.of(config.abc().heldOut())
        : OptionalInt.empty();
  }

  @Override
  List<Named> pipeline(CompressJobConfig config, TrainingImages images, JobContext context)
      throws IOException {
    Images train = images.train();
    List<Named> steps = new ArrayList<>();
    for (Algorithm algorithm : config.pipeline()) {
      CompressionStep step =
          switch (algorithm) {
            case PRUNE ->
                PruneStep.of(config.prune(), config.seed(), config.data(), train, context.hadoop());
            case ABC -> new AbcStep(config.abc(), config.seed(), config.data(), images, context);
            case SCOP ->
                ScopJob.step(config.scop(), config.seed(), config.data(), train, context.hadoop());
            case QAT ->
                QatStep.of(config.qat(), config.seed(), config.data(), train, context.hadoop());
            case PTQ -> new PtqStep(config.ptq(), config.seed(), config.data(), train);
          };
      steps.add(new Named(Section.nameOf(algorithm), step));
    }
    return steps;
  }
}
