package org.espalier.prune.scop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.deeplearning4j.nn.graph.ComputationGraph;
import org.espalier.compress.BatchMoments;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

class BatchMomentsTest {

  private static final INDArray IMAGES = SmallNetworks.images(DataType.DOUBLE, 12, 1);

  private static INDArray rows(int from, int to) {
    return IMAGES.get(NDArrayIndex.interval(from, to), NDArrayIndex.all()).dup();
  }

  private static ComputationGraph network() {
    return SmallNetworks.basic(DataType.DOUBLE, 7);
  }

  private static BatchMoments seen(ComputationGraph network, int... bounds) {
    BatchMoments moments = new BatchMoments();
    for (int i = 0; i + 1 < bounds.length; i++) {
      moments.observe(network, rows(bounds[i], bounds[i + 1]));
    }
    return moments;
  }

  @Test
  void momentsOfTheFirstLayerAreThoseOfAllRowsHoweverTheyAreBatched() {
    ComputationGraph network = network();
    BatchMoments moments = seen(network, 0, 5, 6, 12);
    INDArray features = network.feedForward(IMAGES, false).get("conv1");
    INDArray mean = features.mean(0, 1, 2);
    INDArray variance = features.var(false, 0, 1, 2);
    assertThat(moments.rows()).isEqualTo(12);
    assertThat(moments.mean("bn1")).containsExactly(mean.toDoubleVector(), within(1e-12));
    assertThat(moments.variance("bn1")).containsExactly(variance.toDoubleVector(), within(1e-12));
    assertThat(moments.layers()).hasSize(7).contains("layer2.0.bn2");
  }

  @Test
  void workersMergeToTheSameAsOne() {
    ComputationGraph network = network();
    BatchMoments one = seen(network, 0, 4, 8, 12);
    BatchMoments merged =
        new BatchMoments().merge(seen(network, 8, 12)).merge(seen(network, 0, 4, 8));
    assertThat(merged.rows()).isEqualTo(12);
    for (String layer : one.layers()) {
      assertThat(merged.mean(layer)).containsExactly(one.mean(layer), within(1e-12));
      assertThat(merged.variance(layer)).containsExactly(one.variance(layer), within(1e-12));
    }
  }

  @Test
  void oneBatchRecalibratesToWhatTrainingModeComputes() {
    ComputationGraph network = network();
    ComputationGraph recalibrated = seen(network, 0, 12).recalibrate(network);
    INDArray training = network.output(true, IMAGES)[0];
    assertThat(recalibrated.outputSingle(IMAGES).sub(training).amaxNumber().doubleValue())
        .isLessThan(1e-10);
    assertThat(network.outputSingle(IMAGES).sub(training).amaxNumber().doubleValue())
        .isGreaterThan(1e-2);
  }

  @Test
  void weightsStayBitForBit() {
    ComputationGraph network = SmallNetworks.bottleneck(DataType.FLOAT, 7);
    INDArray before = network.params().dup();
    BatchMoments moments = new BatchMoments();
    moments.observe(network, SmallNetworks.images(DataType.FLOAT, 6, 1));
    ComputationGraph recalibrated = moments.recalibrate(network);
    assertThat(network.params()).isEqualTo(before);
    for (String vertex : network.getConfiguration().getVertices().keySet()) {
      network
          .getVertex(vertex)
          .paramTable(false)
          .forEach(
              (name, value) -> {
                INDArray after = recalibrated.getVertex(vertex).paramTable(false).get(name);
                if (name.equals("mean") || name.equals("var")) {
                  assertThat(after).isNotEqualTo(value);
                } else {
                  assertThat(after).isEqualTo(value);
                }
              });
    }
  }

  @Test
  void maskedAndSlimRecalibrateAlike() {
    ComputationGraph network = SmallNetworks.bottleneck(DataType.DOUBLE, 7);
    ChannelSelection selection =
        PrunedLayer.selection(
            new Scop(ScopConfiguration.official(0.45, 5).withImportance(Importance.RANDOM))
                .select(network));
    ComputationGraph masked = Scop.masked(network, selection);
    ComputationGraph slim = Scop.slim(network, selection);
    INDArray difference =
        seen(masked, 0, 4, 12)
            .recalibrate(masked)
            .outputSingle(IMAGES)
            .sub(seen(slim, 0, 4, 12).recalibrate(slim).outputSingle(IMAGES));
    assertThat(difference.amaxNumber().doubleValue()).isLessThan(1e-10);
  }

  @Test
  void refusesToRecalibrateFromNothing() {
    assertThatThrownBy(() -> new BatchMoments().recalibrate(network()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot recalibrate batch normalisation: no rows were seen (0)");
  }

  @Test
  void refusesMomentsOfAnotherNetwork() {
    BatchMoments moments = seen(network(), 0, 4);
    ComputationGraph other = SmallNetworks.bottleneck(DataType.DOUBLE, 7);
    assertThatThrownBy(() -> moments.recalibrate(other))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Cannot recalibrate batch normalisation: moments of 4 channels were seen, a layer has"
                + " 8");
    assertThatThrownBy(() -> moments.merge(seen(other, 0, 4)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("Cannot merge moments: they are of different networks");
  }

  @Test
  void rowsOfEqualValueHaveNoVariance() {
    ComputationGraph network = network();
    BatchMoments moments = new BatchMoments();
    INDArray constant = Nd4j.zeros(DataType.DOUBLE, 4, 8, 8, 3);
    moments.observe(network, constant);
    moments.observe(network, constant);
    assertThat(moments.variance("bn1")).containsOnly(0.0);
  }
}
