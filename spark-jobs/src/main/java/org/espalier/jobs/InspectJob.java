package org.espalier.jobs;

import java.io.IOException;
import java.util.Optional;
import org.espalier.data.CorruptRecords;
import org.espalier.data.ImageShape;
import org.espalier.data.Part;
import org.espalier.graph.Latency;
import org.espalier.jobs.benchmark.SyntheticBatch;
import org.espalier.jobs.config.InspectConfig;
import org.espalier.jobs.config.InspectJobConfig;
import org.espalier.jobs.config.InvalidConfigException;
import org.espalier.jobs.report.Measurement;
import org.espalier.zoo.NetworkOptions;

/** The work of the verb {@code inspect}: looks inside a network, in this process. */
final class InspectJob implements Job<InspectJobConfig> {

  @Override
  public void run(InspectJobConfig config, JobContext context) throws IOException {
    InspectConfig inspect = config.inspect();
    Images images =
        inspect.profile() ? Images.open(config.data(), Part.TEST, context.hadoop()) : null;
    ImageShape shape = shape(config, images);
    Subject subject = load(config, config.model().weights(), shape, images, context);
    Subject other =
        inspect.against().isPresent()
            ? load(config, inspect.against(), shape, images, context)
            : null;
    if (config.model().weights().isEmpty()) {
      context.report().note("The network is new: its weights are random.");
    }
    context.out().print(subject.summary().text());
    context.out().flush();
    Findings findings = new Findings(config, subject, other);
    if (images != null) {
      context.report().data(Images.summary(null, images, CorruptRecords.NONE));
      findings.profile(images, context);
    }
    measure(config, subject, findings, context);
    findings.write(context);
  }

  private static void measure(
      InspectJobConfig config, Subject subject, Findings findings, JobContext context) {
    int runs = config.evaluation().latencyRuns();
    double oneThread = Double.NaN;
    if (runs > 0) {
      oneThread = Latency.medianMillis(subject.graph(), subject.noise(), 1, runs);
      findings.latency(
          oneThread,
          Latency.medianMillis(subject.graph(), subject.noise(), Latency.allThreads(), runs));
    }
    context
        .report()
        .before(
            new Measurement(
                findings.accuracy().top1(),
                findings.accuracy().top5(),
                subject.summary().cost().parameters(),
                subject.summary().cost().macs(),
                subject.fileBytes(),
                oneThread));
  }

  private static ImageShape shape(InspectJobConfig config, Images images) {
    Optional<ImageShape> given = config.inspect().input();
    if (images != null) {
      ImageShape data = images.set().shape();
      if (given.isPresent() && !given.get().equals(data)) {
        throw new InvalidConfigException(
            String.format(
                "inspect.input must be the shape of the data's images, %s: %s", data, given.get()));
      }
      return data;
    }
    NetworkOptions usual = SyntheticBatch.options(config.model().name()).build();
    return given.orElseGet(() -> new ImageShape(usual.height(), usual.width(), usual.channels()));
  }

  private static Subject load(
      InspectJobConfig config,
      Optional<String> weights,
      ImageShape shape,
      Images images,
      JobContext context)
      throws IOException {
    int usual =
        images == null
            ? SyntheticBatch.options(config.model().name()).build().classes()
            : images.classes();
    return Subject.of(
        weights.orElse(config.model().name()),
        Models.load(
            config.model(),
            weights,
            shape,
            config.inspect().classes().orElse(usual),
            config.seed(),
            context.hadoop()),
        shape);
  }
}
