package org.espalier.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;

class AccuracyByLayerTest {
  private final ComputationGraph original = Subjects.resNet20();
  private final List<DataSet> batches = Subjects.labelledBy(original, Subjects.batches(2, 8));

  @Test
  void onlyTheLayerThatWasSpoiltCosts() {
    ComputationGraph compressed = original.clone();
    compressed.getLayer("linear").getParam("W").negi();
    INDArray before = original.params().dup();
    AccuracyByLayer measured = AccuracyByLayer.of(compressed, original, batches, 1);
    assertThat(measured.original()).isEqualTo(1);
    assertThat(measured.layers()).hasSize(39);
    LayerLoss spoilt = measured.layers().get("linear");
    assertThat(spoilt.accuracy()).isEqualTo(Accuracy.of(compressed, batches, 1).top1());
    assertThat(spoilt.loss()).isEqualTo(1 - spoilt.accuracy()).isGreaterThan(0.5);
    measured
        .layers()
        .forEach(
            (name, layer) -> {
              if (!name.equals("linear")) {
                assertThat(layer).isEqualTo(new LayerLoss(1, 0, ""));
              }
            });
    assertThat(original.params()).as("the original stays as it is").isEqualTo(before);
  }

  @Test
  void aLayerIsMeasuredWithoutTheOthers() {
    ComputationGraph compressed = original.clone();
    compressed.getLayer("linear").getParam("W").negi();
    compressed.getLayer("bn1").getParam("gamma").muli(1.0001);
    AccuracyByLayer measured = AccuracyByLayer.of(compressed, original, batches, 1);
    assertThat(measured.layers().get("bn1").accuracy()).isEqualTo(1);
    assertThat(measured.layers().get("linear").accuracy()).isLessThan(0.5);
  }

  @Test
  void whereShapesDifferTheReasonIsGiven() {
    ComputationGraph slim = Subjects.slim(original, new int[] {0, 3, 7}, new int[] {1, 2});
    AccuracyByLayer measured = AccuracyByLayer.of(slim, original, batches, 1);
    assertThat(measured.layers().get("layer1.0.conv1").reason())
        .isEqualTo("W has shape [3, 16, 3, 3] here, [16, 16, 3, 3] before");
    assertThat(measured.layers().get("layer1.0.conv1").loss()).isNaN();
    assertThat(measured.layers().get("layer1.1.conv1")).isEqualTo(new LayerLoss(1, 0, ""));
  }

  @Test
  void accuracyCountsTheFirstAndTheFirstFiveChoices() {
    Accuracy accuracy = Accuracy.of(original, batches, 1);
    assertThat(accuracy).isEqualTo(new Accuracy(16, 1, 1));
    Accuracy random = Accuracy.of(original, Subjects.batches(2, 8), 1);
    assertThat(random.top5()).isGreaterThanOrEqualTo(random.top1()).isLessThan(1);
    assertThatThrownBy(() -> Accuracy.of(original, List.of(), 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot measure accuracy: there are no images");
  }
}
