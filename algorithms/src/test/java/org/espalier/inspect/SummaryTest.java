package org.espalier.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.indexing.NDArrayIndex;

class SummaryTest {
  private final ComputationGraph graph = Subjects.resNet20();

  private LayerSummary line(String name) {
    return Summary.of(graph, Subjects.CIFAR).layers().stream()
        .filter(layer -> layer.node().name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void aLineSaysWhatALayerIsAndCosts() {
    LayerSummary line = line("layer2.0.conv1");
    assertThat(line.node().type()).isEqualTo("Convolution");
    assertThat(line.node().shapeText()).isEqualTo("16x16x32");
    assertThat(line.node().inputs()).containsExactly("layer1.2.add");
    assertThat(line.node().attributes())
        .containsEntry("kernelSize", "[3, 3]")
        .containsEntry("stride", "[2, 2]")
        .containsEntry("nin", "16")
        .doesNotContainKey("layerName");
    assertThat(line.parameters()).isEqualTo(4_608);
    assertThat(line.macs()).isEqualTo(1_179_648);
    assertThat(line.activationBytes()).isEqualTo(4 * 16 * 16 * 32);
    assertThat(line.bits()).isEqualTo(32);
    assertThat(line.sparsity()).isZero();
  }

  @Test
  void sparsityIsTheShareOfZeroWeights() {
    graph.getLayer("conv1").getParam("W").get(NDArrayIndex.interval(0, 4)).assign(0);
    assertThat(line("conv1").sparsity()).isEqualTo(0.25);
    graph.getLayer("bn1").getParam("gamma").assign(0);
    assertThat(line("bn1").sparsity()).isEqualTo(1);
    assertThat(line("linear").sparsity()).as("a zero bias is no zero weight").isZero();
    assertThat(line("pool").sparsity()).isNaN();
    assertThat(line("pool").bits()).isZero();
  }

  @Test
  void theTableHasALineANodeAndTotals() {
    String[] lines = Summary.of(graph, Subjects.CIFAR).text().split("\n");
    assertThat(lines).hasSize(1 + 1 + graph.getVertices().length);
    assertThat(lines[0])
        .matches("layer +type +output +parameters +MACs +activations, B +bits +sparsity");
    assertThat(lines[1]).matches("input +Input +32x32x3");
    assertThat(lines[2]).matches("conv1 +Convolution +32x32x16 +432 +442,368 +65,536 +32 +0.00 %");
    assertThat(lines[lines.length - 1]).matches("total +269,722 +40,551,040 +[0-9,]+");
  }
}
