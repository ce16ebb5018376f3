package org.espalier.spark.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.espalier.compress.BatchAdapter;
import org.espalier.data.LabeledImage;
import org.espalier.data.RandomStreams;
import org.espalier.data.batch.Batch;
import org.espalier.data.batch.BatchPlan;
import org.espalier.data.batch.Epoch;
import org.espalier.spark.SharedSpark;
import org.junit.jupiter.api.Test;
import org.nd4j.evaluation.classification.Evaluation.Metric;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;

class DistributedEvaluationTest {
  private static final int IMAGES = 60;

  private static Evaluation evaluate(ComputationGraph graph, int batch, int... sizes) {
    try (Shards shards = TinyData.shards(sizes)) {
      return DistributedEvaluation.evaluate(
          SharedSpark.context(), graph, shards, TinyData.PLAIN, batch);
    }
  }

  private static ComputationGraph trained() {
    ComputationGraph graph = TinyData.network(new Adam(0.02));
    TrainingPlan plan = TrainingPlan.of("training", 10, 10, 1, TinyData.PLAIN, TinyData.CLASSES);
    ImageShard shard = TinyData.packed(IMAGES).get(0);
    for (int epoch = 0; epoch < plan.epochs(); epoch++) {
      ShardBatches batches = new ShardBatches(plan, shard, epoch);
      for (int step = 0; step < batches.steps(); step++) {
        graph.fit(batches.batch(step).data());
      }
    }
    return graph;
  }

  @Test
  void agreesWithASingleProcess() {
    ComputationGraph graph = trained();
    float[] before = graph.params().toFloatVector();
    List<LabeledImage> images = TinyData.images(IMAGES);
    Batch batch = new Epoch(images, TinyData.PLAIN, BatchPlan.inOrder(IMAGES)).batch(0);
    DataSet data =
        BatchAdapter.plain().adapt(batch, TinyData.CLASSES, RandomStreams.of(0, "evaluation"));
    INDArray output = graph.outputSingle(data.getFeatures());
    org.nd4j.evaluation.classification.Evaluation alone =
        new org.nd4j.evaluation.classification.Evaluation(TinyData.CLASSES);
    alone.eval(data.getLabels(), output);
    double loss = 0;
    for (int i = 0; i < IMAGES; i++) {
      loss -= Math.log(output.getDouble(i, batch.labels()[i])) / IMAGES;
    }

    Evaluation distributed = evaluate(graph, 7, 20, 25, 15);

    assertThat(distributed.images()).isEqualTo(IMAGES);
    assertThat(distributed.top1())
        .isCloseTo(alone.scoreForMetric(Metric.ACCURACY), within(1e-12))
        .isGreaterThan(0.3);
    assertThat(distributed.top5()).isGreaterThan(distributed.top1());
    assertThat(distributed.loss()).isCloseTo(loss, within(1e-6));
    assertThat(graph.params().toFloatVector()).containsExactly(before);
  }

  @Test
  void doesNotDependOnPartitioning() {
    ComputationGraph graph = trained();

    Evaluation whole = evaluate(graph, 5, IMAGES);

    assertThat(evaluate(graph, 5, 20, 40)).isEqualTo(whole);
    assertThat(evaluate(graph, 5, 5, 0, 30, 25)).isEqualTo(whole);
  }

  @Test
  void tiesGoToTheLowerClass() {
    EvaluationSums sums = new EvaluationSums();

    sums.add(
        Nd4j.createFromArray(
            new float[][] {
              {0.4f, 0.4f, 0.1f, 0.1f, 0, 0, 0}, {0.4f, 0.4f, 0.1f, 0.1f, 0, 0, 0},
              {0.4f, 0.4f, 0.1f, 0.1f, 0, 0, 0}, {0.4f, 0.4f, 0.1f, 0.1f, 0, 0, 0}
            }),
        new int[] {0, 1, 4, 5});

    assertThat(sums.result().top1()).isEqualTo(0.25);
    assertThat(sums.result().top5()).isEqualTo(0.75);
    double zero = -Math.log(Float.MIN_VALUE);
    assertThat(sums.result().loss()).isCloseTo((-2 * Math.log(0.4f) + 2 * zero) / 4, within(1e-9));
  }

  @Test
  void refusesOutputsThatAreNotNumbersAndEmptySets() {
    ComputationGraph graph = TinyData.network(new Adam(0.02));
    graph.getParam("out_b").putScalar(0, Float.NaN);

    assertThatThrownBy(() -> evaluate(graph, 5, 4, 4))
        .isInstanceOf(TrainingException.class)
        .hasMessage(
            "Cannot evaluate: the network's output is not a number; its parameters are damaged");
    assertThatThrownBy(() -> evaluate(graph, 5, 0, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot evaluate: there are no images");
  }
}
