package org.espalier.spark.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.spark.api.TrainingMaster;
import org.deeplearning4j.spark.impl.graph.SparkComputationGraph;
import org.espalier.compress.CompressionAlgorithm;
import org.espalier.quantize.lsq.Lsq;
import org.espalier.quantize.observe.RunningRange;
import org.espalier.quantize.simqat.SimQat;
import org.espalier.quantize.simqat.SimQatConfiguration;
import org.espalier.quantize.slb.Slb;
import org.espalier.quantize.slb.SlbConfiguration;
import org.espalier.spark.SharedSpark;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.Sgd;

/** Training with rounded numbers, by two workers and by one that has the batches of both. */
class QuantizedTrainingTest {
  private static final int BATCH = 4;
  private static final int[] SIZES = {40, 40};

  static List<CompressionAlgorithm> algorithms() {
    SimQatConfiguration simqat = SimQatConfiguration.standard(8);
    return List.of(
        new SimQat(simqat),
        new SimQat(simqat.withObserver(RunningRange.extremes())),
        new SimQat(simqat.withDelays(7, 13).withFreezing(15, 17)),
        new Lsq(4),
        new Slb(SlbConfiguration.standard(2, 4, 2)));
  }

  /** Returns a network in training form whose ranges and steps come from its first images. */
  private static ComputationGraph form(CompressionAlgorithm algorithm, IUpdater updater) {
    ComputationGraph form = algorithm.apply(TinyData.plain(updater));
    form.output(true, TinyData.batch(16).getFeatures(0));
    return form;
  }

  private static void fit(ComputationGraph graph, TrainingMaster<?, ?> master) {
    SparkComputationGraph spark = new SparkComputationGraph(SharedSpark.context(), graph, master);
    JavaRDD<MultiDataSet> data = SummedBatches.rdd(SharedSpark.context(), SIZES);
    spark.fitMultiDataSet(data);
    spark.fitMultiDataSet(data);
  }

  /** A weight that is different by its last bit may be rounded to the next number of its grid. */
  private static void assertTrainedAlike(ComputationGraph graph, ComputationGraph alone) {
    assertThat(graph.getIterationCount()).isEqualTo(alone.getIterationCount()).isEqualTo(20);
    assertThat(SummedBatches.apart(graph, alone)).isLessThan(1e-4);
  }

  @ParameterizedTest
  @MethodSource("algorithms")
  void twoWorkersThatAddUpGradientsTrainAsOne(CompressionAlgorithm algorithm) {
    ComputationGraph alone = form(algorithm, new Nesterovs(0.02, 0.9));
    ComputationGraph graph = alone.clone();
    SummedBatches.fit(alone, BATCH, 2, SIZES);

    fit(graph, AllReduceTrainingMaster.builder(BATCH).retries(0).build());

    assertTrainedAlike(graph, alone);
  }

  @ParameterizedTest
  @MethodSource("algorithms")
  void twoWorkersThatAverageAfterEveryStepTrainAsOne(CompressionAlgorithm algorithm) {
    ComputationGraph alone = form(algorithm, new Sgd(0.02));
    ComputationGraph graph = alone.clone();
    SummedBatches.fit(alone, BATCH, 2, SIZES);

    fit(graph, AveragingTrainingMaster.builder(BATCH).interval(1).build());

    assertTrainedAlike(graph, alone);
  }

  /** Frozen ranges stay, to the bit, once the workers together have taken so many steps. */
  @ParameterizedTest
  @MethodSource("masters")
  void rangesFreezeAtAStepOfTheWhole(TrainingMaster<?, ?> master) {
    SimQatConfiguration settings = SimQatConfiguration.standard(8);
    ComputationGraph graph =
        form(new SimQat(settings.withFreezing(1, Integer.MAX_VALUE)), new Sgd(0.02));
    ComputationGraph moving = form(new SimQat(settings), new Sgd(0.02));
    ComputationGraph one = graph.clone();
    SummedBatches.fit(one, BATCH, 2, SIZES);

    fit(graph, master);
    fit(moving, master);

    for (String end : List.of("in.codes_min", "in.codes_max")) {
      assertThat(graph.getParam(end)).isEqualTo(one.getParam(end));
      assertThat(graph.getParam(end)).isNotEqualTo(moving.getParam(end));
    }
  }

  static List<TrainingMaster<?, ?>> masters() {
    return List.of(
        AveragingTrainingMaster.builder(BATCH).interval(1).build(),
        AllReduceTrainingMaster.builder(BATCH).retries(0).build());
  }
}
