package org.espalier.jobs;

import java.io.IOException;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.espalier.data.Part;
import org.espalier.jobs.config.EvaluateJobConfig;
import org.espalier.jobs.config.NetworkRuntime;
import org.espalier.spark.training.Shards;

/** The work of the verb {@code evaluate}: measures a trained network. */
final class EvaluateJob implements Job<EvaluateJobConfig> {

  @Override
  public void run(EvaluateJobConfig config, JobContext context) throws IOException {
    if (config.runtime() == NetworkRuntime.ONNX) {
      new OnnxEvaluation(config, context).run();
      return;
    }
    Images images = Images.open(config.data(), Part.TEST, context.hadoop());
    ComputationGraph network = Models.load(config.model(), images, config.seed(), context.hadoop());
    try (Shards test =
        Shards.contiguous(context.sparkContext(), images.set(), context.partitions())) {
      Measuring measuring = Measuring.of(context, images, test, config.data(), config.evaluation());
      context.report().data(Images.summary(null, images, test.corruptRecords()));
      context.report().before(measuring.measure(network));
    }
  }
}
