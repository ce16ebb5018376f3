package org.espalier.jobs;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.fs.Path;
import org.espalier.data.CorruptRecords;
import org.espalier.data.Part;
import org.espalier.export.onnx.OnnxException;
import org.espalier.export.onnx.OnnxImport;
import org.espalier.graph.Cost;
import org.espalier.jobs.config.EvaluateJobConfig;
import org.espalier.jobs.onnx.OnnxSession;
import org.espalier.jobs.onnx.OnnxTiming;
import org.espalier.jobs.report.Measurement;
import org.nd4j.linalg.dataset.DataSet;

/** Measures an ONNX file in ONNX Runtime, in this process. */
final class OnnxEvaluation {
  private static final int FIRST = 5;

  private final EvaluateJobConfig config;
  private final JobContext context;
  private final String file;
  private final Images images;
  private long count;
  private long right;
  private long amongFirst;

  OnnxEvaluation(EvaluateJobConfig config, JobContext context) throws IOException {
    this.config = config;
    this.context = context;
    this.file = config.model().weights().orElseThrow();
    this.images = Images.open(config.data(), Part.TEST, context.hadoop());
  }

  void run() throws IOException {
    byte[] model = read(new Path(file));
    int cores = Runtime.getRuntime().availableProcessors();
    Map<String, Object> section = new LinkedHashMap<>();
    section.put("file", file);
    section.put("sizeBytes", model.length);
    OnnxTiming oneThread = time(model, 1, section, "oneThread");
    Map<String, String> metadata;
    try (OnnxSession session = OnnxSession.open(file, model, images.set().shape(), cores)) {
      metadata = session.metadata();
      answer(session);
    }
    time(model, cores, section, "allThreads");
    section.put("metadata", metadata);
    Optional<long[]> cost = cost(metadata);
    if (cost.isEmpty()) {
      context.report().note("The file does not tell its parameters and multiply-accumulates: 0.");
    }
    context.report().section("onnx", section);
    context.report().data(Images.summary(null, images, CorruptRecords.NONE));
    context
        .report()
        .before(
            new Measurement(
                (double) right / count,
                (double) amongFirst / count,
                cost.map(numbers -> numbers[0]).orElse(0L),
                cost.map(numbers -> numbers[1]).orElse(0L),
                model.length,
                oneThread == null ? Double.NaN : oneThread.medianMillis()));
  }

  private byte[] read(Path path) throws IOException {
    try (InputStream in = path.getFileSystem(context.hadoop()).open(path)) {
      return in.readAllBytes();
    }
  }

  private OnnxTiming time(byte[] model, int threads, Map<String, Object> section, String name)
      throws IOException {
    if (config.evaluation().latencyRuns() == 0) {
      return null;
    }
    try (OnnxSession session = OnnxSession.open(file, model, images.set().shape(), threads)) {
      OnnxTiming timing = session.time(config.evaluation().latencyRuns());
      section.put(name, timing);
      context
          .out()
          .printf(
              "%d thread%s: %.2f ms (99 of 100 within %.2f ms), %.0f frames/s%n",
              threads,
              threads == 1 ? "" : "s",
              timing.medianMillis(),
              timing.p99Millis(),
              timing.framesPerSecond());
      context.out().flush();
      return timing;
    }
  }

  private void answer(OnnxSession session) throws IOException {
    LocalBatches batches =
        new LocalBatches(
            images,
            images.evaluation(config.data()),
            session.batch(config.evaluation().batch()),
            context.hadoop(),
            features -> features.permute(0, 3, 1, 2).dup('c'));
    try {
      for (DataSet batch : batches) {
        int size = batch.numExamples();
        float[][] scores = session.scores(batch.getFeatures().data().asFloat(), size);
        int[] classes = batch.getLabels().argMax(1).toIntVector();
        for (int image = 0; image < size; image++) {
          count(scores[image], classes[image]);
        }
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private void count(float[] scores, int expected) {
    if (scores.length != images.classes()) {
      throw new JobFailedException(
          String.format(
              "Cannot use %s for %s: the network tells %d classes apart, the data have %d",
              file, images.set().name(), scores.length, images.classes()));
    }
    int better = 0;
    for (int label = 0; label < scores.length; label++) {
      boolean isBefore =
          scores[label] > scores[expected]
              || (scores[label] == scores[expected] && label < expected);
      better += isBefore ? 1 : 0;
    }
    count++;
    right += better == 0 ? 1 : 0;
    amongFirst += better < FIRST ? 1 : 0;
  }

  /** Parameters and multiply-accumulates: what the file says, or what its operators need. */
  private Optional<long[]> cost(Map<String, String> metadata) {
    try {
      if (metadata.containsKey(OnnxFiles.PARAMETERS) && metadata.containsKey(OnnxFiles.MACS)) {
        return Optional.of(
            new long[] {
              Long.parseLong(metadata.get(OnnxFiles.PARAMETERS)),
              Long.parseLong(metadata.get(OnnxFiles.MACS))
            });
      }
      Cost cost =
          Cost.of(
              OnnxImport.read(new Path(file), context.hadoop()),
              Images.inputType(images.set().shape()));
      return Optional.of(new long[] {cost.parameters(), cost.macs()});
    } catch (OnnxException | NumberFormatException e) {
      return Optional.empty();
    }
  }
}
