package org.espalier.jobs;

import java.io.IOException;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.espalier.data.DataSpec;
import org.espalier.data.Datasets;
import org.espalier.data.ImageShape;
import org.espalier.data.ImageSlice;
import org.espalier.data.Part;
import org.espalier.jobs.config.DataConfig;
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
final class ScopJob extends CompressionJob<ScopJobConfig> {
  /** Images from which the distribution of Gaussian knockoffs is estimated. */
  private static final int GAUSSIAN_SAMPLE = 5000;

  @Override
  List<Named> pipeline(ScopJobConfig config, TrainingImages images, JobContext context)
      throws IOException {
    return List.of(
        new Named(
            "",
            step(config.scop(), config.seed(), config.data(), images.train(), context.hadoop())));
  }

  /** Makes the step from its configuration. */
  static CompressionStep step(
      ScopConfig config, long seed, DataConfig data, Images train, Configuration hadoop)
      throws IOException {
    ScopConfiguration configuration = config.algorithm(seed);
    return new ScopStep(
        config,
        switch (config.knockoff()) {
          case GAUSSIAN ->
              new Scop(
                  configuration,
                  GaussianKnockoffs.fit(
                      Samples.first(train, data, GAUSSIAN_SAMPLE, config.batch(), hadoop)));
          case IMAGES -> new Scop(configuration, generated(config, data, train, hadoop));
          default -> new Scop(configuration);
        });
  }

  private static GeneratedImages generated(
      ScopConfig config, DataConfig data, Images train, Configuration hadoop) throws IOException {
    ImageShape shape = train.set().shape();
    DataSpec spec =
        DataSpec.of("imagefolder", config.knockoffPath().orElseThrow())
            .withSize(shape.height(), shape.width());
    ImageSlice all = Datasets.open(spec, Part.TRAIN, hadoop).slices(1).get(0);
    return new GeneratedImages(all.read(hadoop).images(), train.normalization(data));
  }
}
