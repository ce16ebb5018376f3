package org.espalier.zoo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.espalier.graph.Cost;
import org.espalier.nn.GlobalAveragePooling;
import org.espalier.nn.Output;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.factory.Nd4j;

class BlocksTest {
  private static final InputType INPUT = InputType.convolutional(7, 7, 8, CNN2DFormat.NHWC);

  private static GraphBuilder graph() {
    return new NeuralNetConfiguration.Builder()
        .graphBuilder()
        .addInputs("input")
        .setInputTypes(INPUT);
  }

  private static ComputationGraph finished(GraphBuilder builder, String last) {
    ComputationGraph graph =
        new ComputationGraph(
            builder
                .addLayer("pool", GlobalAveragePooling.builder().build(), last)
                .addLayer("linear", Output.builder().nOut(2).build(), "pool")
                .setOutputs("linear")
                .build());
    graph.init();
    return graph;
  }

  @ParameterizedTest
  @EnumSource(Shortcut.class)
  void bottlenecksWidenFourTimesAndHalveOddMaps(Shortcut shortcut) {
    GraphBuilder builder = graph();
    String first = BottleneckBlock.add(builder, "a", "input", 8, 4, 2, shortcut);
    String second = BottleneckBlock.add(builder, "b", first, 16, 4, 1, shortcut);
    ComputationGraph graph = finished(builder, second);
    assertThat(graph.feedForward(Nd4j.rand(2, 7, 7, 8), false).get("b.add").shape())
        .containsExactly(2, 4, 4, 16);
    assertThat(graph.getVertex("b.shortcut")).isNull();
    assertThat(graph.getVertex("b.downsample.0")).isNull();
    long convolutions = 8 * 4 + 9 * 16 + 4 * 16 + (16 * 4 + 9 * 16 + 4 * 16);
    long carried =
        switch (shortcut) {
          case IDENTITY -> 0;
          case CONVOLUTION -> 8 * 16;
          case PROJECTION -> 8 * 16 + 2 * 16;
        };
    assertThat(Cost.of(graph, INPUT).parameters())
        .isEqualTo(convolutions + carried + 2 * 2 * (4 + 4 + 16) + 34);
  }

  @Test
  void identityShortcutsOfOddDifferencePadOneMoreBehind() {
    GraphBuilder builder = graph();
    ComputationGraph graph =
        finished(builder, BasicBlock.add(builder, "a", "input", 8, 11, 1, Shortcut.IDENTITY));
    assertThat(graph.getLayer("a.shortcut").conf().getLayer())
        .hasToString("PaddedShortcut(stride=1, before=1, after=2)");
  }

  @Test
  void identityShortcutsCannotDropChannels() {
    assertThatThrownBy(() -> BasicBlock.add(graph(), "a", "input", 8, 4, 1, Shortcut.IDENTITY))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Cannot build a network: an identity shortcut cannot drop channels: block a (8 to 4)");
  }
}
