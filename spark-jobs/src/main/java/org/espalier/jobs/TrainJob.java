package org.espalier.jobs;

import java.io.IOException;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.espalier.data.Part;
import org.espalier.jobs.config.TrainJobConfig;
import org.espalier.weights.WeightsFile;

/** The work of the verb {@code train}: trains a network, from scratch or from given weights. */
final class TrainJob implements Job<TrainJobConfig> {

  @Override
  public void run(TrainJobConfig config, JobContext context) throws IOException {
    Images train = Images.open(config.data(), Part.TRAIN, context.hadoop());
    Images test = Images.open(config.data(), Part.TEST, context.hadoop());
    ComputationGraph network = Models.load(config.model(), train, config.seed(), context.hadoop());
    PrecisionCheck.of(context, train).check(config.training(), network);
    try (Workshop workshop =
        Workshop.open(context, config.seed(), config.data(), config.checkpoint(), train, test)) {
      workshop.report();
      Measuring measuring =
          Measuring.of(context, test, workshop.test(), config.data(), config.evaluation());
      if (config.model().weights().isPresent()) {
        context.report().before(measuring.measure(network));
      }
      ComputationGraph trained =
          workshop.train("train", () -> network, config.training(), measuring);
      context.report().after(measuring.measure(trained));
      WeightsFile.save(trained, context.path("model.zip"), context.hadoop());
      workshop.stages().clear();
    }
  }
}
