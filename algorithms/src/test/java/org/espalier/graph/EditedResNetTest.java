package org.espalier.graph;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.util.ModelSerializer;
import org.espalier.nn.ChannelMask;
import org.espalier.zoo.CifarResNet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;

class EditedResNetTest {
  private static final double TOLERANCE = 1e-6;

  @TempDir Path folder;

  private static ComputationGraph network(int depth, int side) {
    ComputationGraph network =
        new ComputationGraph(
            CifarResNet.builder(depth).input(side, side, 3).updater(new Adam(1e-3)).build());
    network.init();
    ZooNetworks.fill(network);
    return network;
  }

  private static List<String> convolutions(ComputationGraph network) {
    return NetworkGraph.of(network).nodes().stream()
        .filter(node -> node.layer() instanceof ConvolutionLayer)
        .map(Node::name)
        .toList();
  }

  @Test
  void aNodeAfterEachConvolutionComesAndGoes() {
    ComputationGraph network = network(56, 8);
    network.fit(TrainingStep.batch(8));
    String before = network.getConfiguration().toJson();
    INDArray images = ZooNetworks.normal(3, 0, 1, 2, 8, 8, 3);
    INDArray expected = network.outputSingle(images).dup();
    List<String> convolutions = convolutions(network);
    assertThat(convolutions).hasSize(55);

    NetworkGraph graph = NetworkGraph.of(network);
    for (String name : convolutions) {
      graph.insertAfter(
          name, NewNode.layer(name + ".passing", new ActivationLayer(Activation.IDENTITY)));
    }
    ComputationGraph longer = graph.build();
    assertThat(longer.getConfiguration().getVertices())
        .hasSize(network.getConfiguration().getVertices().size() + 55);
    assertThat(longer.outputSingle(images)).isEqualTo(expected);

    NetworkGraph back = NetworkGraph.of(longer);
    convolutions.forEach(name -> back.remove(name + ".passing"));
    ComputationGraph shorter = back.build();
    assertThat(shorter.getConfiguration().toJson()).isEqualTo(before);
    assertThat(shorter.params()).isEqualTo(network.params());
    assertThat(shorter.getUpdater().getStateViewArray())
        .isEqualTo(network.getUpdater().getStateViewArray());
    assertThat(shorter.outputSingle(images)).isEqualTo(expected);
    assertThat(network.getConfiguration().toJson()).isEqualTo(before);
  }

  @Test
  void anEditedNetworkTrainsOnInAFreshProcess() throws IOException, InterruptedException {
    ComputationGraph network = network(20, 8);
    network.fit(TrainingStep.batch(8));
    ComputationGraph edited =
        NetworkGraph.of(network)
            .rename("conv1", "stem")
            .insertAfter(
                "layer1.0.bn1", NewNode.layer("mask", new ChannelMask(16, new int[] {0, 3, 15})))
            .replace("pool", NewNode.layer("mean", network.getLayer("pool").conf().getLayer()))
            .build();
    File saved = folder.resolve("edited.zip").toFile();
    File trained = folder.resolve("trained.bin").toFile();
    ModelSerializer.writeModel(edited, saved, true);

    assertThat(TrainingStep.inFreshProcess(saved, trained)).isZero();

    edited.fit(TrainingStep.batch(8));
    INDArray parameters = Nd4j.readBinary(trained);
    assertThat(parameters.distance2(edited.params()))
        .isLessThan(TOLERANCE * edited.params().norm2Number().doubleValue());
    assertThat(parameters.distance2(network.params()))
        .as("the step changed something")
        .isGreaterThan(100 * TOLERANCE * edited.params().norm2Number().doubleValue());
  }
}
