package org.espalier.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.util.List;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.constraint.MaxNormConstraint;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.schedule.MapSchedule;
import org.nd4j.linalg.schedule.ScheduleType;

class ParameterLayoutTest {
  private static final int IN = 3;

  /** A dense layer whose bias is a control factor of sorts. */
  static final class Declaring extends DenseLayer implements ParameterClasses {
    private static final long serialVersionUID = 1L;

    Declaring() {
      setNOut(2);
    }

    @Override
    public ParameterClass parameterClass(String parameter) {
      return parameter.equals("b") ? ParameterClass.UNIT_INTERVAL : ParameterClass.MEAN;
    }
  }

  /** A dense layer that wrongly calls its bias a variance. */
  static final class Misdeclaring extends DenseLayer implements ParameterClasses {
    private static final long serialVersionUID = 1L;

    Misdeclaring() {
      setNOut(2);
    }

    @Override
    public ParameterClass parameterClass(String parameter) {
      return parameter.equals("b") ? ParameterClass.POOLED_VARIANCE : ParameterClass.MEAN;
    }
  }

  private static ComputationGraph graph(Layer... layers) {
    ComputationGraphConfiguration.GraphBuilder builder =
        new NeuralNetConfiguration.Builder()
            .updater(new Adam(0.01))
            .graphBuilder()
            .addInputs("in")
            .setInputTypes(InputType.feedForward(IN));
    String last = "in";
    for (int i = 0; i < layers.length; i++) {
      builder.addLayer("l" + i, layers[i], last);
      last = "l" + i;
    }
    builder.addLayer("out", new OutputLayer.Builder().nOut(2).build(), last).setOutputs("out");
    ComputationGraph graph = new ComputationGraph(builder.build());
    graph.init();
    return graph;
  }

  private static ParameterLayout layout(Layer... layers) {
    return ParameterLayout.of(graph(layers));
  }

  @Test
  void laysOutEveryParameterInTheNetworksOrder() {
    ComputationGraph graph =
        graph(
            new DenseLayer.Builder().nOut(4).build(),
            new BatchNormalization.Builder().useLogStd(false).build());

    ParameterLayout layout = ParameterLayout.of(graph);

    assertThat(layout.length()).isEqualTo((int) graph.numParams());
    assertThat(layout.ranges())
        .extracting(
            ParameterRange::name,
            ParameterRange::offset,
            ParameterRange::length,
            ParameterRange::kind,
            ParameterRange::meanOffset)
        .containsExactly(
            tuple("l0_W", 0, 12, ParameterClass.MEAN, -1),
            tuple("l0_b", 12, 4, ParameterClass.MEAN, -1),
            tuple("l1_gamma", 16, 4, ParameterClass.MEAN, -1),
            tuple("l1_beta", 20, 4, ParameterClass.MEAN, -1),
            tuple("l1_mean", 24, 4, ParameterClass.MEAN, -1),
            tuple("l1_var", 28, 4, ParameterClass.POOLED_VARIANCE, 24),
            tuple("out_W", 32, 8, ParameterClass.MEAN, -1),
            tuple("out_b", 40, 2, ParameterClass.MEAN, -1));
  }

  @Test
  void knowsTheLogarithmicDeviationOfStockBatchNormalisation() {
    assertThat(layout(new BatchNormalization.Builder().build()).ranges())
        .filteredOn(range -> range.name().equals("l0_log10stdev"))
        .extracting(ParameterRange::kind, ParameterRange::meanOffset)
        .containsExactly(tuple(ParameterClass.POOLED_LOG_DEVIATION, 2 * IN));
  }

  @Test
  void freezesWeightsOfLearningRateZeroButNotRunningStatistics() {
    Layer frozen = new BatchNormalization.Builder().useLogStd(false).updater(new Sgd(0)).build();

    ParameterLayout layout = layout(frozen);

    assertThat(layout.ranges().subList(0, 4))
        .extracting(ParameterRange::kind)
        .containsExactly(
            ParameterClass.FROZEN,
            ParameterClass.FROZEN,
            ParameterClass.MEAN,
            ParameterClass.POOLED_VARIANCE);
    assertThat(layout.movingRanges().get(1).meanOffset()).isZero();
  }

  @Test
  void doesNotFreezeWhatAScheduleAConstraintOrWeightDecayMoves() {
    Sgd scheduled = new Sgd(0);
    scheduled.setLearningRateSchedule(
        new MapSchedule.Builder(ScheduleType.EPOCH).add(0, 0.0).add(1, 0.1).build());
    List<Layer> moved =
        List.of(
            new DenseLayer.Builder().nOut(2).updater(scheduled).build(),
            new DenseLayer.Builder()
                .nOut(2)
                .updater(new Sgd(0))
                .constrainWeights(new MaxNormConstraint(1, 1))
                .build(),
            new DenseLayer.Builder().nOut(2).updater(new Sgd(0)).weightDecay(0.1, false).build());

    assertThat(moved)
        .allSatisfy(
            layer ->
                assertThat(layout(layer).ranges().get(0).kind()).isEqualTo(ParameterClass.MEAN));
  }

  @Test
  void freezesDl4jsFrozenLayers() {
    ParameterLayout layout = layout(new FrozenLayer(new DenseLayer.Builder().nOut(2).build()));

    assertThat(layout.movingRanges())
        .extracting(ParameterRange::name)
        .containsExactly("out_W", "out_b");
  }

  @Test
  void asksLayersThatDeclareTheirClasses() {
    assertThat(layout(new Declaring()).ranges())
        .filteredOn(range -> range.kind() == ParameterClass.UNIT_INTERVAL)
        .extracting(ParameterRange::name)
        .containsExactly("l0_b");
  }

  @Test
  void refusesAPooledVarianceWithoutMean() {
    ComputationGraph graph = graph(new Misdeclaring());

    assertThatThrownBy(() -> ParameterLayout.of(graph))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Cannot lay out parameters: a pooled variance needs a mean of its length before it"
                + " (l0_b)");
  }

  @Test
  void takesAndPutsMovingValues() {
    Layer frozen = new DenseLayer.Builder().nOut(1).updater(new Sgd(0)).build();
    ParameterLayout layout = layout(frozen); // 3 + 1 frozen, then 2 + 2 moving values

    float[] full = {1, 2, 3, 4, 5, 6, 7, 8};

    assertThat(layout.movingLength()).isEqualTo(4);
    assertThat(layout.moving(full)).containsExactly(5, 6, 7, 8);
    layout.put(new float[] {50, 60, 70, 80}, full);
    assertThat(full).containsExactly(1, 2, 3, 4, 50, 60, 70, 80);
  }

  @Test
  void refusesVectorsOfAnotherLength() {
    ParameterLayout layout = ParameterLayout.means(3);

    assertThatThrownBy(() -> layout.moving(new float[2]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot take the moving values: the vector must have 3 values (2)");
    assertThatThrownBy(() -> layout.put(new float[4], new float[3]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot put moving values: the vector must have 3 values (4)");
  }
}
