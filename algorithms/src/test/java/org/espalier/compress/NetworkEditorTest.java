package org.espalier.compress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class NetworkEditorTest {

  private static ComputationGraph network() {
    ComputationGraph network =
        new ComputationGraph(
            new NeuralNetConfiguration.Builder()
                .seed(1)
                .activation(Activation.IDENTITY)
                .graphBuilder()
                .addInputs("input")
                .addLayer("first", new DenseLayer.Builder().nIn(3).nOut(4).build(), "input")
                .addLayer("second", new DenseLayer.Builder().nIn(4).nOut(4).build(), "first")
                .addLayer("out", new OutputLayer.Builder().nIn(4).nOut(2).build(), "second")
                .setOutputs("out")
                .build());
    network.init();
    return network;
  }

  private static ActivationLayer relu() {
    return new ActivationLayer(Activation.RELU);
  }

  @Test
  void anInsertedLayerIsReadInsteadOfTheOneBeforeIt() {
    ComputationGraph network = network();
    ComputationGraph edited =
        NetworkEditor.of(network).insertAfter("first", "relu", relu()).build();
    INDArray input = Nd4j.createFromArray(new float[][] {{1, -2, 3}, {-4, 5, 0}});
    INDArray hidden = network.feedForward(input, false).get("first");
    assertThat(edited.feedForward(input, false).get("relu"))
        .isEqualTo(org.nd4j.linalg.ops.transforms.Transforms.relu(hidden));
    assertThat(edited.getConfiguration().getVertexInputs().get("second")).containsExactly("relu");
    assertThat(network.getConfiguration().getVertices()).doesNotContainKey("relu");
  }

  @Test
  void removingWhatWasInsertedGivesTheNetworkBack() {
    ComputationGraph network = network();
    ComputationGraph longer =
        NetworkEditor.of(network).insertAfter("first", "relu", relu()).build();
    ComputationGraph edited = NetworkEditor.of(longer).remove("relu").build();
    assertThat(edited.getConfiguration()).isEqualTo(network.getConfiguration());
    assertThat(edited.params()).isEqualTo(network.params());
  }

  @Test
  void givenParametersReplaceTheOldOnes() {
    ComputationGraph network = network();
    NetworkEditor editor = NetworkEditor.of(network);
    editor.layer("first", DenseLayer.class).setNOut(2);
    editor.layer("second", DenseLayer.class).setNIn(2);
    INDArray weights = Nd4j.ones(DataType.FLOAT, 3, 2);
    editor.parameter("first", "W", weights);
    editor.parameter("first", "b", Nd4j.zeros(DataType.FLOAT, 2));
    editor.parameter("second", "W", Nd4j.ones(DataType.FLOAT, 2, 4));
    ComputationGraph edited = editor.build();
    assertThat(edited.getParam("first_W")).isEqualTo(weights);
    assertThat(edited.getParam("out_W")).isEqualTo(network.getParam("out_W"));
  }

  @Test
  void refusesAParameterWhoseShapeChanged() {
    NetworkEditor editor = NetworkEditor.of(network());
    editor.layer("out", OutputLayer.class).setNOut(3);
    assertThatThrownBy(editor::build)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("Cannot carry parameter W of out over: its shape is now ");
  }

  @Test
  void refusesEditsThatMakeNoSense() {
    NetworkEditor editor = NetworkEditor.of(network());
    assertThatThrownBy(() -> editor.insertAfter("nothing", "relu", relu()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot edit vertex nothing: there is none");
    assertThatThrownBy(() -> editor.insertAfter("first", "second", relu()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot insert a layer after first: the name is in use (second)");
    assertThatThrownBy(() -> editor.insertAfter("out", "relu", relu()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot insert a layer after out: it is an output of the network");
    assertThatThrownBy(() -> editor.remove("out"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot remove vertex out: it is an output of the network");
    assertThatThrownBy(() -> editor.layer("first", ActivationLayer.class))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot edit vertex first: it is not a layer of type ActivationLayer");
  }
}
