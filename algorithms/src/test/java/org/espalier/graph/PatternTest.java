package org.espalier.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class PatternTest {
  private static final Pattern DENSE = Pattern.layer(DenseLayer.class);
  private static final Pattern ACTIVATION = Pattern.layer(ActivationLayer.class);

  /**
   * a - relu - b - tanh - sum(tanh, c) - out, where c reads a, and d - e - f read a's activation
   * and end as a second output.
   */
  private static ComputationGraph network() {
    ComputationGraph network =
        new ComputationGraph(
            new NeuralNetConfiguration.Builder()
                .seed(1)
                .activation(Activation.IDENTITY)
                .graphBuilder()
                .addInputs("input")
                .setInputTypes(InputType.feedForward(4))
                .addLayer("a", dense(), "input")
                .addLayer("relu", new ActivationLayer(Activation.RELU), "a")
                .addLayer("b", dense(), "relu")
                .addLayer("tanh", new ActivationLayer(Activation.TANH), "b")
                .addLayer("c", dense(), "a")
                .addVertex("sum", new ElementWiseVertex(ElementWiseVertex.Op.Add), "tanh", "c")
                .addLayer("d", dense(), "relu")
                .addLayer("e", dense(), "d")
                .addLayer("f", dense(), "e")
                .addLayer("out", new OutputLayer.Builder().nOut(2).build(), "sum")
                .setOutputs("out", "f")
                .build());
    network.init();
    return network;
  }

  private static DenseLayer dense() {
    return new DenseLayer.Builder().nOut(4).activation(Activation.IDENTITY).build();
  }

  private static List<List<String>> matches(Pattern pattern) {
    List<List<String>> matches = new ArrayList<>();
    NetworkGraph.of(network())
        .rewrite(
            pattern,
            match -> {
              matches.add(match.nodes().stream().map(Node::name).toList());
              return List.of();
            });
    return matches;
  }

  @Test
  void chainsAreFoundFromTheInputsOn() {
    assertThat(matches(DENSE))
        .containsExactly(
            List.of("a"), List.of("c"), List.of("b"), List.of("d"), List.of("e"), List.of("f"));
    assertThat(matches(Pattern.chain(DENSE, DENSE)))
        .containsExactly(List.of("d", "e"), List.of("e", "f"));
    assertThat(matches(Pattern.chain(Pattern.any(), DENSE, ACTIVATION)))
        .as("relu, below b, is read by d too")
        .isEmpty();
  }

  @Test
  void aMatchIsRefusedWhenAnInnerNodeIsReadOutside() {
    assertThat(matches(Pattern.chain(DENSE, ACTIVATION)))
        .as("a is read by c too")
        .containsExactly(List.of("b", "tanh"));
  }

  @Test
  void aMatchIsRefusedWhenAnInnerNodeIsAnOutput() {
    ComputationGraph network = network();
    NetworkGraph graph =
        NetworkGraph.of(network)
            .insertAfter("e", NewNode.layer("g", dense()).parameter("W", Nd4j.eye(4)));
    graph.layer("g", DenseLayer.class).setNIn(4);
    Pattern twoThenActivation = Pattern.chain(DENSE, Pattern.layer(OutputLayer.class));
    assertThat(graph.rewrite(twoThenActivation, match -> List.of(NewNode.layer("x", dense()))))
        .isZero();
    ComputationGraph marked =
        new ComputationGraph(
            new NeuralNetConfiguration.Builder()
                .graphBuilder()
                .addInputs("input")
                .setInputTypes(InputType.feedForward(4))
                .addLayer("first", dense(), "input")
                .addLayer("second", dense(), "first")
                .setOutputs("first", "second")
                .build());
    marked.init();
    assertThat(
            NetworkGraph.of(marked)
                .rewrite(
                    Pattern.chain(DENSE, DENSE), match -> List.of(NewNode.layer("x", dense()))))
        .isZero();
  }

  @Test
  void predicatesSeeTheConfiguration() {
    Pattern tanh =
        Pattern.layer(
            ActivationLayer.class,
            layer -> layer.getActivationFn().equals(Activation.TANH.getActivationFunction()));
    assertThat(matches(tanh)).containsExactly(List.of("tanh"));
    assertThat(matches(DENSE.where(Node::isOutput))).containsExactly(List.of("f"));
    assertThat(
            matches(
                Pattern.vertex(
                    ElementWiseVertex.class, sum -> sum.getOp() == ElementWiseVertex.Op.Max)))
        .isEmpty();
  }

  @Test
  void treesAreFoundWithTheirInputsInOrderOrInAny() {
    Pattern sum = Pattern.vertex(ElementWiseVertex.class);
    assertThat(matches(sum.reading(ACTIVATION, DENSE)))
        .containsExactly(List.of("c", "tanh", "sum"));
    assertThat(matches(sum.reading(DENSE, ACTIVATION))).isEmpty();
    assertThat(matches(sum.readingInAnyOrder(DENSE, ACTIVATION)))
        .containsExactly(List.of("c", "tanh", "sum"));
    assertThat(matches(sum.readingInAnyOrder(DENSE, Pattern.outside())))
        .containsExactly(List.of("c", "sum"));
    assertThat(matches(sum.reading(ACTIVATION))).isEmpty();
  }

  @Test
  void whatIsOutsideMayBeReadByOthersAndIsNamed() {
    NetworkGraph graph = NetworkGraph.of(network());
    List<String> read = new ArrayList<>();
    graph.rewrite(
        Pattern.chain(Pattern.outside().as("below"), DENSE.as("dense")),
        match -> {
          read.add(match.name("below") + ">" + match.node("dense").name());
          assertThatThrownBy(() -> match.node("below"))
              .isInstanceOf(IllegalArgumentException.class)
              .hasMessage("Cannot find a node of the match: it is outside (below)");
          assertThatThrownBy(() -> match.name("other"))
              .hasMessage("Cannot find a node of the match: the pattern has no such label (other)");
          return List.of();
        });
    assertThat(read).containsExactly("input>a", "a>c", "relu>b", "relu>d", "d>e", "e>f");
  }

  @Test
  void matchesDoNotOverlapAndNewNodesAreLeftAlone() {
    ComputationGraph network = network();
    NetworkGraph graph = NetworkGraph.of(network);
    int replaced =
        graph.rewrite(
            Pattern.chain(DENSE.as("first"), DENSE.as("second")),
            match -> {
              INDArray first = network.getParam(match.name("first") + "_W");
              INDArray second = network.getParam(match.name("second") + "_W");
              DenseLayer both = dense();
              both.setNIn(4);
              return List.of(
                  NewNode.layer("both", both)
                      .parameter("W", first.mmul(second))
                      .parameter("b", Nd4j.zeros(4)));
            });
    assertThat(replaced).isEqualTo(1);
    ComputationGraph rewritten = graph.build();
    assertThat(rewritten.getConfiguration().getVertices())
        .containsKeys("both", "f")
        .doesNotContainKeys("d", "e");
    INDArray input = Nd4j.rand(3, 4);
    assertThat(rewritten.output(input)[1].equalsWithEps(network.output(input)[1], 1e-5)).isTrue();
  }

  @Test
  void aReplacedOutputStaysAnOutput() {
    NetworkGraph graph = NetworkGraph.of(network());
    graph.rewrite(
        Pattern.chain(DENSE, DENSE.where(Node::isOutput)),
        match -> {
          DenseLayer one = dense();
          one.setNIn(4);
          return List.of(NewNode.layer("last", one));
        });
    assertThat(graph.outputs()).containsExactly("out", "last");
    assertThat(graph.build().output(Nd4j.rand(2, 4))[1].shape()).containsExactly(2, 4);
  }

  @Test
  void aTreeMustSayWhatItsReplacementReads() {
    NetworkGraph graph = NetworkGraph.of(network());
    Pattern sum = Pattern.vertex(ElementWiseVertex.class).reading(ACTIVATION, DENSE);
    assertThatThrownBy(() -> graph.rewrite(sum, match -> List.of(NewNode.layer("x", dense()))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot put in node x: it must say what it reads ([c, tanh, sum])");
    int replaced =
        graph.rewrite(
            sum,
            match ->
                List.of(NewNode.layer("x", new ActivationLayer(Activation.IDENTITY)).reading("b")));
    assertThat(replaced).isEqualTo(1);
    assertThat(graph.node("out").inputs()).containsExactly("x");
    assertThat(graph.contains("c")).isFalse();
  }

  @Test
  void whatANodeReadsIsSaidOnce() {
    assertThatThrownBy(() -> Pattern.outside().reading(DENSE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot say what a node of a pattern reads: it is outside (1 inputs)");
    assertThatThrownBy(() -> DENSE.reading(DENSE).reading(DENSE))
        .hasMessage("Cannot say what a node of a pattern reads: that has been said (1 inputs)");
  }
}
