package org.espalier.jobs;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import org.apache.hadoop.fs.Path;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.espalier.data.CorruptRecords;
import org.espalier.data.ImageShape;
import org.espalier.data.Part;
import org.espalier.graph.Latency;
import org.espalier.inspect.Accuracy;
import org.espalier.jobs.benchmark.SyntheticBatch;
import org.espalier.jobs.config.ExportConfig;
import org.espalier.jobs.config.ExportJobConfig;
import org.espalier.quantize.network.Deployment;
import org.espalier.quantize.network.IntegerForm;
import org.espalier.quantize.network.QuantizedNetwork;
import org.espalier.quantize.ptq.Ptq;
import org.espalier.zoo.NetworkOptions;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;

/** The work of the verb {@code export}: writes a network as an ONNX file, in this process. */
final class ExportJob implements Job<ExportJobConfig> {
  private static final int BITS = 8;

  @Override
  public void run(ExportJobConfig config, JobContext context) throws IOException {
    ExportConfig export = config.export();
    Images train =
        export.calibration() > 0 ? Images.open(config.data(), Part.TRAIN, context.hadoop()) : null;
    Images test =
        config.readsData() ? Images.open(config.data(), Part.TEST, context.hadoop()) : null;
    NetworkOptions usual = SyntheticBatch.options(config.model().name()).build();
    ImageShape shape =
        test == null
            ? export.input().orElse(new ImageShape(usual.height(), usual.width(), usual.channels()))
            : test.set().shape();
    ComputationGraph network =
        test == null
            ? Models.load(
                config.model(),
                config.model().weights(),
                shape,
                export.classes().orElse(usual.classes()),
                config.seed(),
                context.hadoop())
            : Models.load(config.model(), test, config.seed(), context.hadoop());
    ComputationGraph written = deployed(network, config, train, context);
    OptionalDouble top1 =
        test == null
            ? OptionalDouble.empty()
            : OptionalDouble.of(top1(written, test, config, context));
    long bytes = write(written, shape, test, top1, config, context);
    if (test != null) {
      context.report().data(Images.summary(train, test, CorruptRecords.NONE));
    }
    report(bytes, QuantizedNetwork.isDeployed(written), top1, config, context);
  }

  private static long write(
      ComputationGraph network,
      ImageShape shape,
      Images test,
      OptionalDouble top1,
      ExportJobConfig config,
      JobContext context)
      throws IOException {
    ExportConfig export = config.export();
    OnnxFiles files =
        new OnnxFiles(shape, test == null ? List.of() : test.set().classNames())
            .metadata("source", new Path(config.model().weights().orElseThrow()).getName());
    try {
      return files.write(
          network,
          top1,
          context,
          onnx -> onnx.reduceRange(export.reduceRange()).foldBatchNorm(export.foldBatchNorm()));
    } catch (IllegalArgumentException e) {
      throw new JobFailedException(
          String.format("%s (images of %s; export.input sets their shape)", e.getMessage(), shape),
          e);
    }
  }

  private static void report(
      long bytes,
      boolean integers,
      OptionalDouble top1,
      ExportJobConfig config,
      JobContext context) {
    Map<String, Object> section = new LinkedHashMap<>();
    section.put("file", OnnxFiles.NAME);
    section.put("sizeBytes", bytes);
    section.put("weights", integers ? "int8" : "float32");
    section.put("calibrationImages", config.export().calibration());
    section.put("top1", top1.orElse(Double.NaN));
    context.report().section("export", section);
    String accuracy =
        top1.isPresent()
            ? String.format(Locale.ROOT, ", top-1 %.2f %%", 100 * top1.getAsDouble())
            : "";
    context
        .out()
        .printf(
            "%s: %,d bytes, %s%s%n",
            OnnxFiles.NAME, bytes, integers ? "int8" : "float32", accuracy);
    context.out().flush();
  }

  /** Measures what the file will compute, in this process. */
  private static double top1(
      ComputationGraph network, Images test, ExportJobConfig config, JobContext context) {
    ComputationGraph computed =
        QuantizedNetwork.isDeployed(network)
            ? IntegerForm.of(network, config.export().reduceRange())
            : network;
    CNN2DFormat format = Subject.format(network);
    LocalBatches batches =
        new LocalBatches(
            test,
            test.evaluation(config.data()),
            Samples.batch(test.set().shape()),
            context.hadoop(),
            images -> Subject.layout(format, images));
    return Accuracy.of(computed, batches, Latency.allThreads()).top1();
  }

  private static ComputationGraph deployed(
      ComputationGraph network, ExportJobConfig config, Images train, JobContext context) {
    if (Deployment.isFor(network)) {
      return Deployment.of(network);
    }
    if (train == null) {
      return network;
    }
    CNN2DFormat format = Subject.format(network);
    Images drawn = Samples.drawn(train, config.export().calibration(), config.seed());
    List<INDArray> images =
        Samples.batches(drawn, config.data(), context.hadoop()).stream()
            .map(DataSet::getFeatures)
            .map(features -> Subject.layout(format, features))
            .toList();
    return new Ptq(BITS).convert(network, images);
  }
}
