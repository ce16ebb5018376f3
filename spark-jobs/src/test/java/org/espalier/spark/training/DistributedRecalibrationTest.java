package org.espalier.spark.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.deeplearning4j.nn.graph.ComputationGraph;
import org.espalier.compress.BatchMoments;
import org.espalier.spark.SharedSpark;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.Sgd;

class DistributedRecalibrationTest {
  private static final TrainingPlan PLAN =
      TrainingPlan.of("recalibration", 1, 8, 2, TinyData.PLAIN, TinyData.CLASSES).inOrder();

  private static ComputationGraph recalibrated(ComputationGraph graph, int... sizes) {
    try (Shards shards = TinyData.shards(sizes)) {
      return DistributedRecalibration.recalibrate(SharedSpark.context(), graph, shards, PLAN);
    }
  }

  @Test
  void poolsTheMomentsOfAllShards() {
    ComputationGraph graph = TinyData.residual(new Sgd(0.1));
    BatchMoments moments = new BatchMoments();
    ShardBatches batches = new ShardBatches(PLAN, TinyData.packed(48).get(0), 0);
    for (int step = 0; step < batches.steps(); step++) {
      moments.observe(graph, batches.batch(step).data().getFeatures(0));
    }
    ComputationGraph expected = moments.recalibrate(graph);

    ComputationGraph spread = recalibrated(graph, 16, 8, 24);

    assertThat(spread.paramTable())
        .allSatisfy(
            (name, value) -> {
              INDArray alone = expected.getParam(name);
              assertThat(value.equalsWithEps(alone, 1e-6)).as(name).isTrue();
              boolean moves = name.endsWith("_mean") || name.endsWith("_var");
              assertThat(value.equals(graph.getParam(name))).as(name).isNotEqualTo(moves);
            });
  }

  @Test
  void comesOutBitForBitTheSame() {
    ComputationGraph graph = TinyData.residual(new Sgd(0.1));

    assertThat(recalibrated(graph, 16, 13, 24).params().toFloatVector())
        .containsExactly(recalibrated(graph, 16, 13, 24).params().toFloatVector());
  }

  @Test
  void refusesShardsWithoutABatch() {
    ComputationGraph graph = TinyData.residual(new Sgd(0.1));

    assertThatThrownBy(() -> recalibrated(graph, 1, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Cannot recalibrate batch normalisation: no shard has enough images for a batch"
                + " (1 images in 2 shards)");
  }
}
