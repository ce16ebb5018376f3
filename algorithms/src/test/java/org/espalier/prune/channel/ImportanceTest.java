package org.espalier.prune.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.espalier.graph.ChannelGroup;
import org.espalier.graph.ChannelGroups;
import org.espalier.zoo.CifarResNet;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

class ImportanceTest {

  @Test
  void normsAreThoseOfTheFiltersWeights() {
    ComputationGraph network = Networks.chain(false, 3);
    Networks.fill(network, "conv1", 0.5, -2, 1);

    assertThat(single(network, Importances.l1())).containsExactly(9, 36, 18); // 18 weights each
    assertThat(single(network, Importances.l2()))
        .containsExactly(
            new double[] {0.5 * Math.sqrt(18), 2 * Math.sqrt(18), Math.sqrt(18)}, within(1e-12));
  }

  @Test
  void theGeometricMediansNeighbourScoresLowest() {
    ComputationGraph network = Networks.chain(false, 3);
    Networks.fill(network, "conv1", 0, 1, 5);

    assertThat(single(network, Importances.geometricMedian()))
        .containsExactly(
            new double[] {6 * Math.sqrt(18), 5 * Math.sqrt(18), 9 * Math.sqrt(18)}, within(1e-12));
  }

  @Test
  void scaleIsBatchNormalisationsAbsoluteGamma() {
    ComputationGraph network = Networks.chain(true, 3);
    network
        .getVertex("bn1")
        .paramTable(false)
        .get("gamma")
        .assign(Nd4j.createFromArray(-3.0, 0.5, 2.0));

    assertThat(single(network, Importances.scale())).containsExactly(3, 0.5, 2);
  }

  @Test
  void scaleJudgesNoChannelsWithoutBatchNormalisation() {
    ComputationGraph network = Networks.chain(false, 3);

    assertThat(Importances.scale().scores(network, groups(network))).isEmpty();
  }

  @Test
  void chanceIsTheSameForTheSameSeedOnly() {
    ComputationGraph network = Networks.chain(false, 8);

    assertThat(single(network, Importances.random(1)))
        .isEqualTo(single(network, Importances.random(1)))
        .isNotEqualTo(single(network, Importances.random(2)));
  }

  @Test
  void taylorIsTheSquaredSlopeOfTheLossAlongTheFilter() {
    ComputationGraph network = Networks.chain(false, 3, 4);
    DataSet batch = batch(5);

    double[] scores = single(network, new Taylor(List.of(batch)), "conv1");

    INDArray weights = network.getVertex("conv1").paramTable(false).get("W");
    for (int filter = 0; filter < 3; filter++) {
      double step = 1e-5;
      INDArray before = Networks.filter(weights, filter).dup();
      Networks.filter(weights, filter).assign(before.mul(1 + step));
      double above = network.score(batch, true);
      Networks.filter(weights, filter).assign(before.mul(1 - step));
      double below = network.score(batch, true);
      Networks.filter(weights, filter).assign(before);
      double slope = (above - below) / (2 * step);
      assertThat(scores[filter]).isCloseTo(slope * slope, within(1e-6 * slope * slope + 1e-12));
    }
  }

  @Test
  void taylorAveragesOverBatches() {
    ComputationGraph network = Networks.chain(false, 3);
    DataSet first = batch(5);
    DataSet second = batch(4);

    double[] both = single(network, new Taylor(List.of(first, second)));

    double[] one = single(network, new Taylor(List.of(first)));
    double[] other = single(network, new Taylor(List.of(second)));
    for (int i = 0; i < 3; i++) {
      assertThat(both[i]).isCloseTo((one[i] + other[i]) / 2, within(1e-12));
    }
  }

  @Test
  void taylorLeavesTheNetworkAlone() {
    ComputationGraph network = Networks.chain(true, 3);
    INDArray before = network.params().dup();

    single(network, new Taylor(List.of(batch(5))));

    assertThat(network.params()).isEqualTo(before);
  }

  @Test
  void taylorNeedsBatches() {
    assertThatThrownBy(() -> new Taylor(List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot score channels: there are no batches (0)");
  }

  @Test
  void everyLayerThatAddsToAResidualStreamIsAMember() {
    ComputationGraph network = new ComputationGraph(CifarResNet.builder(20).build());
    network.init();
    ChannelGroups groups =
        ChannelGroups.of(network, InputType.convolutional(32, 32, 3, CNN2DFormat.NHWC));

    Map<ChannelGroup, List<double[]>> scores = Importances.l1().scores(network, groups);

    scores.forEach(
        (group, members) ->
            assertThat(members).allSatisfy(member -> assertThat(member).hasSize(group.channels())));
    assertThat(scores.values()).anySatisfy(members -> assertThat(members).hasSizeGreaterThan(3));
  }

  @Test
  void aggregationIsSumMeanOrMaximum() {
    List<double[]> members = List.of(new double[] {1, 5}, new double[] {3, 1});

    assertThat(Aggregation.SUM.aggregate(members)).containsExactly(4, 6);
    assertThat(Aggregation.MEAN.aggregate(members)).containsExactly(2, 3);
    assertThat(Aggregation.MAX.aggregate(members)).containsExactly(3, 5);
  }

  private static DataSet batch(int images) {
    INDArray labels = Nd4j.zeros(DataType.DOUBLE, images, 3);
    for (int i = 0; i < images; i++) {
      labels.putScalar(i, i % 3, 1);
    }
    return new DataSet(Networks.images(images), labels);
  }

  private static ChannelGroups groups(ComputationGraph network) {
    return ChannelGroups.of(network, Networks.INPUT);
  }

  private static double[] single(ComputationGraph network, Importance importance) {
    return single(network, importance, "conv1");
  }

  private static double[] single(ComputationGraph network, Importance importance, String group) {
    ChannelGroups groups = groups(network);
    List<double[]> members = importance.scores(network, groups).get(groups.group(group));
    assertThat(members).hasSize(1);
    return members.get(0);
  }
}
