package org.espalier.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;

class ProfileTest {
  private final ComputationGraph graph = Subjects.resNet20();
  private final List<DataSet> batches = Subjects.batches(3, 4);

  @Test
  void outputsHaveTheDistributionsThatNd4jSees() {
    Profile profile = Profile.of(graph, batches.subList(0, 1));
    assertThat(profile.images()).isEqualTo(4);
    assertThat(profile.layers()).hasSize(graph.getVertices().length - 1);
    INDArray bn1 = graph.feedForward(batches.get(0).getFeatures(), false).get("bn1");
    Distribution seen = profile.layers().get("bn1");
    assertThat(seen.count()).isEqualTo(bn1.length());
    assertThat(seen.mean()).isCloseTo(bn1.meanNumber().doubleValue(), within(1e-5));
    assertThat(seen.variance()).isCloseTo(bn1.varNumber().doubleValue(), within(1e-4));
    assertThat(seen.max()).isEqualTo(bn1.maxNumber().doubleValue());
    assertThat(seen.min()).as("a rectified output").isZero();
    assertThat(seen.sparsity()).isBetween(0.2, 0.8);
    Distribution probabilities = profile.layers().get("linear");
    assertThat(probabilities.mean()).isCloseTo(0.1, within(1e-6));
  }

  @Test
  void partsMergeToTheWhole() {
    Profile whole = Profile.of(graph, batches);
    Profile merged =
        Profile.of(graph, batches.subList(0, 1)).plus(Profile.of(graph, batches.subList(1, 3)));
    assertThat(merged.images()).isEqualTo(12);
    assertThat(merged.layers().keySet()).containsExactlyElementsOf(whole.layers().keySet());
    whole
        .layers()
        .forEach(
            (name, layer) -> {
              Distribution other = merged.layers().get(name);
              assertThat(other.histogram()).isEqualTo(layer.histogram());
              assertThat(other.mean()).isCloseTo(layer.mean(), within(1e-9));
            });
  }
}
