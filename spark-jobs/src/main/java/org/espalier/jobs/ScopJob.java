package org.espalier.jobs;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.espalier.data.DataSpec;
import org.espalier.data.Datasets;
import org.espalier.data.ImageShape;
import org.espalier.data.ImageSlice;
import org.espalier.data.LabeledImage;
import org.espalier.data.Part;
import org.espalier.data.batch.Batch;
import org.espalier.data.batch.BatchPlan;
import org.espalier.data.batch.Epoch;
import org.espalier.jobs.config.ScopConfig;
import org.espalier.jobs.config.ScopJobConfig;
import org.espalier.prune.scop.GaussianKnockoffs;
import org.espalier.prune.scop.GeneratedImages;
import org.espalier.prune.scop.Scop;
import org.espalier.prune.scop.ScopConfiguration;

/**
 * The work of the verb {@code scop}: trains a baseline, learns control factors against knockoffs,
 * removes channels, recalibrates batch normalisation, fine-tunes.
 */
final class ScopJob implements Job<ScopJobConfig> {
  /** Images from which the distribution of Gaussian knockoffs is estimated. */
  private static final int GAUSSIAN_SAMPLE = 5000;

  @Override
  public void run(ScopJobConfig config, JobContext context) throws IOException {
    Images train = Images.open(config.data(), Part.TRAIN, context.hadoop());
    Images test = Images.open(config.data(), Part.TEST, context.hadoop());
    ComputationGraph given = Models.load(config.model(), train, config.seed(), context.hadoop());
    Scop scop = scop(config, train, context.hadoop());
    scop.apply(given); // Refuses a network that cannot be pruned, before Spark starts.
    PrecisionCheck precision = PrecisionCheck.of(context, train);
    precision.check(config.training(), given);
    precision.check(config.scop().fineTune(), given);
    try (Workshop workshop = Workshop.open(context, config.seed(), config.data(), train, test)) {
      workshop.report();
      Measuring measuring =
          Measuring.of(context, test, workshop.test(), config.data(), config.evaluation());
      new ScopRun(config, context, workshop, measuring, scop).prune(given);
      workshop.stages().clear();
    }
  }

  private static Scop scop(ScopJobConfig config, Images train, Configuration hadoop)
      throws IOException {
    ScopConfig scop = config.scop();
    ScopConfiguration configuration = scop.algorithm(config.seed());
    return switch (scop.knockoff()) {
      case GAUSSIAN ->
          new Scop(configuration, GaussianKnockoffs.fit(sample(config, train, hadoop)));
      case IMAGES -> new Scop(configuration, generated(config, train, hadoop));
      default -> new Scop(configuration);
    };
  }

  private static List<Batch> sample(ScopJobConfig config, Images train, Configuration hadoop)
      throws IOException {
    List<LabeledImage> images =
        train.set().first(GAUSSIAN_SAMPLE).slices(1).get(0).read(hadoop).images();
    Epoch epoch =
        new Epoch(
            images, train.evaluation(config.data()), BatchPlan.inOrder(config.scop().batch()));
    List<Batch> batches = new ArrayList<>();
    for (int k = 0; k < epoch.size(); k++) {
      batches.add(epoch.batch(k));
    }
    return batches;
  }

  private static GeneratedImages generated(ScopJobConfig config, Images train, Configuration hadoop)
      throws IOException {
    ImageShape shape = train.set().shape();
    DataSpec spec =
        DataSpec.of("imagefolder", config.scop().knockoffPath().orElseThrow())
            .withSize(shape.height(), shape.width());
    ImageSlice all = Datasets.open(spec, Part.TRAIN, hadoop).slices(1).get(0);
    return new GeneratedImages(all.read(hadoop).images(), train.normalization(config.data()));
  }
}
