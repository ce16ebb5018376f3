package org.espalier.jobs;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.apache.hadoop.fs.Path;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.espalier.data.CorruptRecords;
import org.espalier.data.ImageShape;
import org.espalier.data.Part;
import org.espalier.jobs.benchmark.SyntheticBatch;
import org.espalier.jobs.config.ExportConfig;
import org.espalier.jobs.config.ExportJobConfig;
import org.espalier.quantize.network.Deployment;
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
    NetworkOptions usual = SyntheticBatch.options(config.model().name()).build();
    ImageShape shape =
        train == null
            ? export.input().orElse(new ImageShape(usual.height(), usual.width(), usual.channels()))
            : train.set().shape();
    ComputationGraph network =
        train == null
            ? Models.load(
                config.model(),
                config.model().weights(),
                shape,
                export.classes().orElse(usual.classes()),
                config.seed(),
                context.hadoop())
            : Models.load(config.model(), train, config.seed(), context.hadoop());
    ComputationGraph written = deployed(network, config, train, context);
    OnnxFiles files =
        new OnnxFiles(shape, train == null ? List.of() : train.set().classNames())
            .metadata("source", new Path(config.model().weights().orElseThrow()).getName());
    long bytes;
    try {
      bytes =
          files.write(
              written,
              OptionalDouble.empty(),
              context,
              onnx -> onnx.reduceRange(export.reduceRange()).foldBatchNorm(export.foldBatchNorm()));
    } catch (IllegalArgumentException e) {
      throw new JobFailedException(
          String.format("%s (images of %s; export.input sets their shape)", e.getMessage(), shape),
          e);
    }
    if (train != null) {
      context.report().data(Images.summary(null, train, CorruptRecords.NONE));
    }
    boolean integers = QuantizedNetwork.isDeployed(written);
    context
        .report()
        .section(
            "export",
            Map.of(
                "file",
                OnnxFiles.NAME,
                "sizeBytes",
                bytes,
                "weights",
                integers ? "int8" : "float32",
                "calibrationImages",
                train == null ? 0 : export.calibration()));
    context
        .out()
        .printf("%s: %,d bytes, %s%n", OnnxFiles.NAME, bytes, integers ? "int8" : "float32");
    context.out().flush();
  }

  private static ComputationGraph deployed(
      ComputationGraph network, ExportJobConfig config, Images train, JobContext context) {
    if (Deployment.isFor(network)) {
      return Deployment.of(network);
    }
    if (train == null) {
      return network;
    }
    boolean channelsFirst = Subject.format(network) == CNN2DFormat.NCHW;
    Images drawn = Samples.drawn(train, config.export().calibration(), config.seed());
    List<INDArray> images =
        Samples.batches(drawn, config.data(), context.hadoop()).stream()
            .map(DataSet::getFeatures)
            .map(features -> channelsFirst ? features.permute(0, 3, 1, 2).dup('c') : features)
            .toList();
    return new Ptq(BITS).convert(network, images);
  }
}
