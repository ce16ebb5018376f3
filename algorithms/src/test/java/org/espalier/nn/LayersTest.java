package org.espalier.nn;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;

class LayersTest {
  @ParameterizedTest
  @EnumSource(names = {"FLOAT", "DOUBLE"})
  void trainingLowersTheLoss(DataType type) {
    ComputationGraph network = new ComputationGraph(Graphs.everyLayer(type));
    network.init();
    DataSet data = Graphs.data(type, 1, 12, 9, 9, 3);
    network.fit(data);
    double first = network.score();
    for (int i = 0; i < 40; i++) {
      network.fit(data);
    }
    assertThat(network.score()).isLessThan(0.5 * first);
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT", "DOUBLE"})
  void configurationSurvivesJsonAndJavaSerialisation(DataType type) throws Exception {
    ComputationGraphConfiguration configuration = Graphs.everyLayer(type);
    new ComputationGraph(configuration).init();
    assertThat(ComputationGraphConfiguration.fromJson(configuration.toJson()))
        .isEqualTo(configuration);
    assertThat(javaCopy(configuration)).isEqualTo(configuration);
    assertThat(configuration.clone()).isEqualTo(configuration);
    assertThat(configuration.toJson())
        .contains("\"relu\" : true", "\"kept\" : [ 4, 0, 1, 5 ]", "\"before\" : 1");
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT", "DOUBLE"})
  void savedAndClonedNetworksComputeTheSame(DataType type) throws Exception {
    ComputationGraph network = new ComputationGraph(Graphs.everyLayer(type));
    network.init();
    DataSet data = Graphs.data(type, 1, 12, 9, 9, 3);
    network.fit(data);
    INDArray expected = network.outputSingle(data.getFeatures());

    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ModelSerializer.writeModel(network, bytes, true);
    ComputationGraph restored =
        ModelSerializer.restoreComputationGraph(
            new ByteArrayInputStream(bytes.toByteArray()), true);
    assertThat(restored.outputSingle(data.getFeatures())).isEqualTo(expected);
    assertThat(network.clone().outputSingle(data.getFeatures())).isEqualTo(expected);
  }

  @SuppressWarnings({"unchecked", "BanSerializableRead"})
  private static <T> T javaCopy(T value) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(value);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      return (T) in.readObject();
    }
  }
}
