package org.espalier.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.dataset.DataSet;

class ComparisonTest {
  private final ComputationGraph original = Subjects.resNet20();
  private final List<DataSet> batches = Subjects.batches(2, 3);

  @Test
  void aCopyIsExact() {
    Comparison comparison = Comparison.of(original.clone(), original, ChannelMap.none(), batches);
    assertThat(comparison.images()).isEqualTo(6);
    assertThat(comparison.layers()).hasSize(original.getVertices().length - 1);
    assertThat(comparison.layers().values())
        .allMatch(layer -> layer.signalToNoise() == Double.POSITIVE_INFINITY)
        .allMatch(layer -> Math.abs(layer.cosine() - 1) < 1e-9 && layer.reason().isEmpty());
  }

  @Test
  void aTenthLessIsTwentyDecibels() {
    ComputationGraph compressed = original.clone();
    compressed.getLayer("conv1").getParam("W").muli(0.9);
    Fidelity layer =
        Comparison.of(compressed, original, ChannelMap.none(), batches).layers().get("conv1");
    assertThat(layer.signalToNoise()).isCloseTo(20, within(1e-3));
    assertThat(layer.cosine()).isCloseTo(1, within(1e-9));
  }

  @Test
  void channelsLeftAreComparedWithThoseOfTheOriginal() {
    int[] first = {0, 3, 7, 8, 15};
    int[] second = {1, 2, 14};
    ComputationGraph slim = Subjects.slim(original, first, second);
    Map<String, Fidelity> layers =
        Comparison.of(
                slim,
                original,
                ChannelMap.of(Map.of("layer1.0.conv1", first, "layer1.0.conv2", second)),
                batches)
            .layers();
    for (String exact : List.of("layer1.0.conv1", "layer1.0.bn1")) {
      assertThat(layers.get(exact).channels()).isEqualTo(5);
      assertThat(layers.get(exact).signalToNoise()).as(exact).isGreaterThan(100);
    }
    assertThat(layers.get("layer1.0.bn2").channels()).isEqualTo(3);
    assertThat(layers.get("layer1.0.bn2").signalToNoise()).isLessThan(60);
    assertThat(layers.get("layer1.0.add").channels()).as("whole").isZero();
    assertThat(layers).doesNotContainKey("layer1.0.bn2.scatter");
  }

  @Test
  void withoutAMapChannelsAreNotComparable() {
    ComputationGraph slim = Subjects.slim(original, new int[] {0, 3, 7}, new int[] {1, 2});
    Fidelity unknown =
        Comparison.of(slim, original, ChannelMap.none(), batches).layers().get("layer1.0.conv1");
    assertThat(unknown.reason())
        .isEqualTo("[32, 32, 3] here, [32, 32, 16] before; no map tells which channels are left");
    assertThat(unknown.signalToNoise()).isNaN();
    Fidelity wrong =
        Comparison.of(
                slim, original, ChannelMap.of(Map.of("layer1.0.conv1", new int[] {1, 2})), batches)
            .layers()
            .get("layer1.0.conv1");
    assertThat(wrong.reason())
        .isEqualTo("[32, 32, 3] here, [32, 32, 16] before; the map names other channels");
  }
}
