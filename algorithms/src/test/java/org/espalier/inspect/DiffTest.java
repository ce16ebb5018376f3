package org.espalier.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;

class DiffTest {
  private final ComputationGraph original = Subjects.resNet20();

  @Test
  void aCopyDoesNotDiffer() {
    Diff diff = Diff.of(original, original.clone());
    assertThat(diff.isEmpty()).isTrue();
    assertThat(diff.text()).isEqualTo("no difference\n");
  }

  @Test
  void theGreatestDifferenceOfValuesIsFound() {
    ComputationGraph other = original.clone();
    other.getLayer("linear").getParam("b").putScalar(4, -0.5);
    Diff diff = Diff.of(original, other);
    assertThat(diff.changed())
        .containsExactly(
            new Diff.Change(
                "linear",
                List.of(),
                List.of(new Diff.Parameter("b", shape(other), shape(other), 0.5))));
    assertThat(diff.text()).contains("~ linear\n    b ").contains(": differs by at most 0.5000\n");
  }

  private static List<Long> shape(ComputationGraph graph) {
    long[] shape = graph.getLayer("linear").getParam("b").shape();
    return Arrays.stream(shape).boxed().toList();
  }

  @Test
  void slimmingChangesShapesAttributesAndVertices() {
    ComputationGraph slim = Subjects.slim(original, new int[] {0, 3, 7}, new int[] {1, 2});
    Diff diff = Diff.of(original, slim);
    assertThat(diff.added()).containsExactly("layer1.0.bn2.scatter");
    assertThat(diff.removed()).isEmpty();
    assertThat(diff.changed())
        .extracting(Diff.Change::name)
        .containsExactly(
            "layer1.0.conv1", "layer1.0.bn1", "layer1.0.conv2", "layer1.0.bn2", "layer1.0.add");
    Diff.Change conv = diff.changed().get(2);
    assertThat(conv.attributes())
        .containsExactly(
            new Diff.Attribute("nin", "16", "3"), new Diff.Attribute("nout", "16", "2"));
    assertThat(conv.parameters()).hasSize(1);
    assertThat(conv.parameters().get(0).before()).containsExactly(16L, 16L, 3L, 3L);
    assertThat(conv.parameters().get(0).after()).containsExactly(2L, 3L, 3L, 3L);
    assertThat(conv.parameters().get(0).greatest()).isNaN();
    assertThat(diff.changed().get(4).attributes())
        .containsExactly(
            new Diff.Attribute("inputs", "layer1.0.bn2, bn1", "layer1.0.bn2.scatter, bn1"));
    assertThat(diff.text())
        .startsWith("+ layer1.0.bn2.scatter\n")
        .contains("    W: [16, 16, 3, 3] -> [2, 3, 3, 3]\n");
    assertThat(Diff.of(slim, original).removed()).containsExactly("layer1.0.bn2.scatter");
  }
}
