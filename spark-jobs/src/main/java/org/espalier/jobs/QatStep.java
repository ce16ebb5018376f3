package org.espalier.jobs;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.espalier.compress.BatchMoments;
import org.espalier.data.RandomStreams;
import org.espalier.jobs.config.DataConfig;
import org.espalier.jobs.config.QatAlgorithm;
import org.espalier.jobs.config.QatConfig;
import org.espalier.jobs.config.TrainingConfig;
import org.espalier.jobs.quantize.LayerReports;
import org.espalier.jobs.quantize.QuantizationReport;
import org.espalier.jobs.quantize.WeightNoise;
import org.espalier.quantize.network.IntegerForm;
import org.espalier.quantize.network.QuantizedNetwork;
import org.espalier.quantize.ptq.Ptq;
import org.espalier.quantize.slb.Slb;
import org.espalier.spark.training.DistributedRecalibration;
import org.espalier.spark.training.TrainingPlan;
import org.espalier.weights.WeightsFile;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Training with rounded numbers: rewrites a network into training form, takes first ranges and
 * steps from some images, trains, converts to deployment form.
 */
final class QatStep implements CompressionStep {
  private final QatConfig config;
  private final long seed;
  private final List<DataSet> samples;

  private QatStep(QatConfig config, long seed, List<DataSet> samples) {
    this.config = config;
    this.seed = seed;
    this.samples = samples;
  }

  /** Makes the step, with the images that first ranges come from. */
  static QatStep of(
      QatConfig config, long seed, DataConfig data, Images train, Configuration hadoop) {
    Images drawn = Samples.drawn(train, config.images(), seed);
    return new QatStep(config, seed, Samples.batches(drawn, data, hadoop));
  }

  @Override
  public Optional<TrainingConfig> fineTune() {
    return Optional.of(config.fineTune());
  }

  @Override
  public ComputationGraph rehearse(ComputationGraph network) {
    return form(network);
  }

  /**
   * Returns a network in training form. What is inside its layers keeps the updater that it has
   * here.
   */
  private ComputationGraph form(ComputationGraph network) {
    return config.algorithm().apply(Models.trainable(network, config.fineTune()));
  }

  @Override
  public ComputationGraph run(ComputationGraph network, Bench bench, KeptChannels kept)
      throws IOException {
    boolean settles = config.kind() == QatAlgorithm.SLB && config.recalibrate();
    Measuring measuring =
        settles ? bench.measuring().seeing(form -> settled(form, bench)) : bench.measuring();
    ComputationGraph start = started(network);
    double given = bench.measuring().accuracy(network).top1();
    double rounded = measuring.accuracy(start).top1();
    ComputationGraph last =
        bench.workshop().train(bench.stage("fine-tune"), () -> start, config.fineTune(), measuring);
    ComputationGraph trained = settles ? settled(last, bench) : last;
    WeightsFile.save(trained, bench.context().path("training-form.zip"), bench.context().hadoop());
    ComputationGraph deployed = IntegerForm.of(config.algorithm().convert(trained), false);
    QuantizationSection.add(
        QuantizationReport.of(
            config.algorithm().toString(),
            given,
            rounded,
            bench.measuring().accuracy(trained).top1(),
            bench.measuring().accuracy(deployed).top1(),
            QuantizedNetwork.of(deployed),
            samples.stream().mapToLong(DataSet::numExamples).sum(),
            LayerReports.of(
                folded(network),
                deployed,
                WeightNoise.ofTrainingForm(trained),
                List.of(),
                samples)),
        bench.context());
    return deployed;
  }

  /**
   * Returns the training form with first ranges and steps, so that all workers begin with the same.
   */
  private ComputationGraph started(ComputationGraph network) {
    ComputationGraph form = form(network);
    INDArray[] images = samples.stream().map(DataSet::getFeatures).toArray(INDArray[]::new);
    Nd4j.getRandom().setSeed(RandomStreams.of(seed, "first ranges", 0).nextLong());
    form.output(true, Nd4j.concat(0, images));
    return form;
  }

  /** Returns a network whose batch normalisation has the statistics that hard weights make. */
  private ComputationGraph settled(ComputationGraph form, Bench bench) {
    TrainingPlan plan =
        bench.workshop().plan(bench.stage("recalibrate"), 1, config.fineTune().batch());
    BatchMoments moments =
        DistributedRecalibration.moments(
            bench.context().sparkContext(), Slb.hardened(form), bench.workshop().train(), plan);
    return moments.recalibrate(form);
  }

  /** Returns the network as rounding sees it: batch normalisation folded, nothing rounded. */
  private static ComputationGraph folded(ComputationGraph network) {
    return new Ptq(8).apply(network);
  }
}
