package org.espalier.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.NoOp;

/** Of {@link ObservedParameters} and {@link DerivedParameters}. */
class ObservedParametersTest {
  /** A dense layer whose weights or bias are, say, something else. */
  static final class Declaring extends DenseLayer implements ParameterClasses {
    private static final long serialVersionUID = 1L;

    private final ParameterClass weights;
    private final ParameterClass bias;

    Declaring(ParameterClass weights, ParameterClass bias, IUpdater updater) {
      this.weights = weights;
      this.bias = bias;
      setNOut(2);
      setIUpdater(updater);
      setBiasUpdater(updater);
    }

    @Override
    public ParameterClass parameterClass(String parameter) {
      return parameter.equals("b") ? bias : weights;
    }

    @Override
    public void recompute(Map<String, INDArray> parameters) {
      if (bias != ParameterClass.RECOMPUTE) {
        ParameterClasses.super.recompute(parameters);
      }
      parameters.get("b").assign(parameters.get("W").sum(true, 0));
    }
  }

  private static ComputationGraph graph(Layer... layers) {
    GraphBuilder builder =
        new NeuralNetConfiguration.Builder()
            .updater(new Adam(0.01))
            .graphBuilder()
            .addInputs("in")
            .setInputTypes(InputType.feedForward(1));
    String last = "in";
    for (int i = 0; i < layers.length; i++) {
      builder.addLayer("l_" + i, layers[i], last);
      last = "l_" + i;
    }
    builder.addLayer("out", new OutputLayer.Builder().nOut(2).build(), last).setOutputs("out");
    ComputationGraph graph = new ComputationGraph(builder.build());
    graph.init();
    return graph;
  }

  @Test
  void areExtremesAndWhatALayerMovesWithoutAGradient() {
    ComputationGraph graph =
        graph(
            new Declaring(ParameterClass.MEAN, ParameterClass.MAXIMUM, new Adam(0.01)),
            new Declaring(ParameterClass.MEAN, ParameterClass.FROZEN, new NoOp()),
            new BatchNormalization(),
            new FrozenLayer(
                new Declaring(ParameterClass.MINIMUM, ParameterClass.MINIMUM, new NoOp())),
            new Declaring(ParameterClass.RECOMPUTE, ParameterClass.MINIMUM, new NoOp()));

    assertThat(ObservedParameters.of(graph).layout().ranges())
        .containsExactly(
            new ParameterRange("l_0_b", 0, 2, ParameterClass.MAXIMUM, -1),
            new ParameterRange("l_1_W", 2, 4, ParameterClass.MEAN, -1),
            new ParameterRange("l_4_b", 6, 2, ParameterClass.MINIMUM, -1));
  }

  @Test
  void areReadAndWrittenWhereTheyLie() {
    ComputationGraph graph =
        graph(new Declaring(ParameterClass.MEAN, ParameterClass.MAXIMUM, new Adam(0.01)));
    graph.getParam("l_0_W").assign(7);
    INDArray others = graph.getParam("out_W").dup();
    ObservedParameters observed = ObservedParameters.of(graph);
    assertThat(observed.isEmpty()).isFalse();

    observed.put(new float[] {3, 4});

    assertThat(observed.values()).containsExactly(3, 4);
    assertThat(graph.getParam("l_0_b").toFloatVector()).containsExactly(3, 4);
    assertThat(graph.getParam("l_0_W").toFloatVector()).containsExactly(7, 7);
    assertThat(graph.getParam("out_W")).isEqualTo(others);
    assertThatThrownBy(() -> observed.put(new float[3]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot put observed parameters: there are 2 (3)");
  }

  @Test
  void whatFollowsFromOthersIsComputedAnew() {
    ComputationGraph graph =
        graph(
            new Declaring(ParameterClass.MEAN, ParameterClass.RECOMPUTE, new Adam(0.01)),
            new DenseLayer.Builder().nOut(1).build());
    float[] full = graph.params().toFloatVector();
    full[0] = 5;
    full[1] = 6;

    float[] recomputed = DerivedParameters.of(graph).recomputed(full.clone());

    full[2] = 5;
    full[3] = 6;
    assertThat(recomputed).containsExactly(full);
  }

  @Test
  void aNetworkWithoutAnyCostsNothing() {
    ComputationGraph graph = graph(new DenseLayer.Builder().nOut(1).build());
    float[] full = graph.params().toFloatVector();

    assertThat(ObservedParameters.of(graph).isEmpty()).isTrue();
    assertThat(DerivedParameters.of(graph).recomputed(full)).isSameAs(full);
  }

  @Test
  void aLayerThatDoesNotSayHowToRecomputeIsRefused() {
    DerivedParameters derived =
        DerivedParameters.of(
            graph(new Declaring(ParameterClass.RECOMPUTE, ParameterClass.MEAN, new Adam(0.01))));

    assertThatThrownBy(derived::recompute)
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessage(
            "Cannot recompute parameters: the layer does not say how ("
                + Declaring.class.getName()
                + ")");
  }
}
