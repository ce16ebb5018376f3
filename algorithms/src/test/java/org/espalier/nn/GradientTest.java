package org.espalier.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.shape.Shape;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.NoOp;

class GradientTest {
  @Test
  void gradientsAgreeWithCentralDifferencesInDouble() {
    ComputationGraph network = network(DataType.DOUBLE);
    DataSet data = Graphs.data(DataType.DOUBLE, 3, 4, 9, 9, 3);
    Gradient gradient = gradient(network, data.getFeatures(), data.getLabels());
    network
        .paramTable()
        .forEach(
            (name, parameter) -> {
              if (!name.endsWith("_mean") && !name.endsWith("_var")) {
                assertDifferencesAgree(
                    network, data, name, parameter, gradient.getGradientFor(name));
              }
            });
  }

  private static void assertDifferencesAgree(
      ComputationGraph network, DataSet data, String name, INDArray parameter, INDArray gradient) {
    double step = 1e-6;
    INDArray flat = flat(parameter);
    INDArray expected = flat(gradient);
    for (long i = 0; i < flat.length(); i++) {
      double value = flat.getDouble(i);
      flat.putScalar(i, value + step);
      double above = network.score(data, true);
      flat.putScalar(i, value - step);
      double below = network.score(data, true);
      flat.putScalar(i, value);
      double difference = data.numExamples() * (above - below) / (2 * step);
      assertThat(difference)
          .as("%s[%d]", name, i)
          .isCloseTo(expected.getDouble(i), offset(1e-7 + 1e-5 * Math.abs(difference)));
    }
  }

  private static INDArray flat(INDArray array) {
    return Shape.newShapeNoCopy(array, new long[] {array.length()}, array.ordering() == 'f');
  }

  @Test
  void gradientsOfAWholeNetworkInFloatAgreeWithThoseInDouble() {
    DataSet data = Graphs.data(DataType.DOUBLE, 3, 8, 9, 9, 3);
    ComputationGraph exact = network(DataType.DOUBLE);
    ComputationGraph fast = network(DataType.FLOAT);
    fast.setParams(exact.params().castTo(DataType.FLOAT));
    Gradient expected = gradient(exact, data.getFeatures(), data.getLabels());
    Gradient actual =
        gradient(
            fast,
            data.getFeatures().castTo(DataType.FLOAT),
            data.getLabels().castTo(DataType.FLOAT));
    assertThat(actual.gradientForVariable().keySet())
        .isEqualTo(expected.gradientForVariable().keySet());
    expected
        .gradientForVariable()
        .forEach(
            (name, value) -> {
              INDArray difference = actual.getGradientFor(name).castTo(DataType.DOUBLE).sub(value);
              double scale = Math.max(1, value.amaxNumber().doubleValue());
              assertThat(difference.amaxNumber().doubleValue() / scale).as(name).isLessThan(1e-4);
            });
  }

  private static ComputationGraph network(DataType type) {
    ComputationGraph network = new ComputationGraph(Graphs.everyLayer(type, new NoOp()));
    network.init();
    return network;
  }

  private static Gradient gradient(ComputationGraph network, INDArray features, INDArray labels) {
    network.setInputs(features);
    network.setLabels(labels);
    network.computeGradientAndScore();
    return network.gradient();
  }
}
