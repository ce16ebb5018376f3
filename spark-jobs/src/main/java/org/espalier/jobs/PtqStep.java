package org.espalier.jobs;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.espalier.jobs.config.DataConfig;
import org.espalier.jobs.config.PtqConfig;
import org.espalier.jobs.config.TrainingConfig;
import org.espalier.jobs.progress.StageResult;
import org.espalier.jobs.progress.StageStart;
import org.espalier.jobs.quantize.LayerReports;
import org.espalier.jobs.quantize.QuantizationReport;
import org.espalier.jobs.quantize.WeightNoise;
import org.espalier.quantize.network.IntegerForm;
import org.espalier.quantize.network.QuantizedNetwork;
import org.espalier.quantize.ptq.ActivationHistograms;
import org.espalier.quantize.ptq.LayerSensitivity;
import org.espalier.quantize.ptq.Ptq;
import org.espalier.quantize.ptq.Sensitivity;
import org.espalier.spark.training.DistributedCalibration;
import org.espalier.spark.training.Shards;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;

/** Rounding after training, activations by what calibration images make of them. */
final class PtqStep implements CompressionStep {
  private final PtqConfig config;
  private final long seed;
  private final DataConfig data;
  private final Images train;
  private final Ptq algorithm;

  PtqStep(PtqConfig config, long seed, DataConfig data, Images train) {
    this.config = config;
    this.seed = seed;
    this.data = data;
    this.train = train;
    this.algorithm = new Ptq(config.settings());
  }

  @Override
  public Optional<TrainingConfig> fineTune() {
    return Optional.empty();
  }

  @Override
  public ComputationGraph rehearse(ComputationGraph network) {
    return algorithm.apply(network);
  }

  @Override
  public ComputationGraph run(ComputationGraph network, Bench bench, KeptChannels kept)
      throws IOException {
    JobContext context = bench.context();
    Images drawn = Samples.drawn(train, config.calibrationImages(), seed);
    String stage = bench.stage("calibrate");
    long images = drawn.set().size();
    context.progress().stageStarted(new StageStart(stage, 1, 1, images, bench.measuring().name()));
    long start = System.nanoTime();
    List<DataSet> samples = Samples.batches(drawn, data, context.hadoop());
    ComputationGraph rounded = algorithm.apply(network);
    ComputationGraph deployed =
        IntegerForm.of(
            algorithm.convert(network, histograms(rounded, drawn, context), features(samples)),
            false);
    double seconds = (System.nanoTime() - start) / 1e9;
    double top1 = bench.measuring().accuracy(deployed).top1();
    context.progress().stageEnded(StageResult.of(stage, 1, images, seconds, top1));
    double given = bench.measuring().accuracy(network).top1();
    QuantizedNetwork integers = QuantizedNetwork.of(deployed);
    QuantizationSection.add(
        QuantizationReport.of(
            algorithm.toString(),
            given,
            Double.NaN,
            Double.NaN,
            top1,
            integers,
            images,
            LayerReports.of(
                rounded,
                deployed,
                WeightNoise.ofRounded(rounded, integers),
                sensitivity(network, samples, context),
                samples)),
        context);
    return deployed;
  }

  private ActivationHistograms histograms(
      ComputationGraph rounded, Images drawn, JobContext context) throws IOException {
    if (config.settings().activationBits() == 0) {
      return new ActivationHistograms();
    }
    int parts = (int) Math.min(context.partitions(), drawn.set().size());
    try (Shards shards = Shards.contiguous(context.sparkContext(), drawn.set(), parts)) {
      return DistributedCalibration.observe(
          context.sparkContext(),
          rounded,
          shards,
          drawn.evaluation(data),
          Samples.batch(drawn.set().shape()));
    }
  }

  private List<LayerSensitivity> sensitivity(
      ComputationGraph network, List<DataSet> calibration, JobContext context) throws IOException {
    if (config.sensitivityImages() == 0) {
      return List.of();
    }
    Images drawn = Samples.drawn(train, config.sensitivityImages(), seed);
    return Sensitivity.of(
        algorithm, network, features(calibration), Samples.batches(drawn, data, context.hadoop()));
  }

  private static List<INDArray> features(List<DataSet> batches) {
    List<INDArray> features = new ArrayList<>();
    batches.forEach(batch -> features.add(batch.getFeatures()));
    return features;
  }
}
