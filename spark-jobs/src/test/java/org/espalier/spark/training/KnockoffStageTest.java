package org.espalier.spark.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.espalier.prune.scop.Scop;
import org.espalier.prune.scop.ScopConfiguration;
import org.espalier.spark.SharedSpark;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.Sgd;

/** SCOP's knockoff stage on workers: only control factors and running statistics travel. */
class KnockoffStageTest {
  private static final Scop SCOP =
      new Scop(ScopConfiguration.official(0.45, 3).withLearningRate(0.05));
  private static final TrainingPlan PLAN =
      TrainingPlan.of("knockoff", 3, 8, 3, TinyData.AUGMENTED, TinyData.CLASSES)
          .withAdapter(SCOP.batches());

  private static TrainingState train(TrainingState start, int... sizes) {
    try (Shards shards = TinyData.shards(sizes)) {
      return AveragingTrainer.builder(SharedSpark.context())
          .interval(2)
          .build()
          .train(start, shards, PLAN, TrainingProgress.none());
    }
  }

  @Test
  void oneWorkerLearnsFactorsBitForBitLikeASingleProcess() {
    ComputationGraph alone = SCOP.apply(TinyData.residual(new Sgd(0.1)));
    TrainingState start = TrainingState.begin(alone);
    TinyData.fitCompiled(alone, TinyData.packed(37).get(0), PLAN);

    TrainingState trained = train(start, 37);

    assertThat(trained.parameters()).containsExactly(alone.params().toFloatVector());
    assertThat(trained.updaterState())
        .containsExactly(alone.getUpdater().getStateViewArray().toFloatVector());
  }

  @Test
  void severalWorkersMoveFactorsAndRunningStatisticsOnly() {
    ComputationGraph form = SCOP.apply(TinyData.residual(new Sgd(0.1)));

    ComputationGraph trained = train(TrainingState.begin(form), 24, 17, 30).toGraph();

    assertThat(trained.paramTable())
        .allSatisfy(
            (name, value) -> {
              boolean moves =
                  name.endsWith(".factor_b") || name.endsWith("_mean") || name.endsWith("_var");
              assertThat(value.equals(form.getParam(name))).as(name).isNotEqualTo(moves);
            });
    INDArray factors = trained.getParam("conv2.factor_b");
    assertThat(factors.minNumber().doubleValue()).isBetween(0.0, 0.5);
    assertThat(factors.maxNumber().doubleValue()).isBetween(0.5, 1.0);
  }

  @Test
  void theSameSeedAndPartitioningKeepTheSameChannels() {
    TrainingState start = TrainingState.begin(SCOP.apply(TinyData.residual(new Sgd(0.1))));

    List<TrainingState> runs = List.of(train(start, 24, 17, 30), train(start, 24, 17, 30));

    assertThat(runs.get(1)).isEqualTo(runs.get(0));
    assertThat(SCOP.select(runs.get(1).toGraph()).get(0).kept())
        .containsExactly(SCOP.select(runs.get(0).toGraph()).get(0).kept())
        .hasSize(8 - 3);
  }
}
