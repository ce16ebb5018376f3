package org.espalier.graph;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.espalier.zoo.DenseNet;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Nodes that pass their input on can come and go anywhere, in any order. */
class RandomEditsTest {
  private static final ComputationGraph NETWORK = network();
  private static final INDArray IMAGES = ZooNetworks.normal(1, 0, 1, 2, 8, 8, 3);
  private static final INDArray EXPECTED = NETWORK.outputSingle(IMAGES).dup();

  private static ComputationGraph network() {
    ComputationGraph network =
        new ComputationGraph(DenseNet.builder(10).growth(2).input(8, 8, 3).build());
    network.init();
    ZooNetworks.fill(network);
    return network;
  }

  @Property(tries = 20)
  void passingNodesChangeNothing(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 12) int count) {
    Random random = new Random(seed);
    NetworkGraph graph = NetworkGraph.of(NETWORK);
    List<String> added = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      added.add(insert(graph, random, "passing" + i));
    }
    ComputationGraph longer = graph.build();
    assertThat(longer.outputSingle(IMAGES)).isEqualTo(EXPECTED);

    Collections.shuffle(added, random);
    NetworkGraph back = NetworkGraph.of(longer);
    for (String name : added) {
      back.rename(name, "last").remove("last");
    }
    ComputationGraph restored = back.build();
    assertThat(restored.getConfiguration().toJson()).isEqualTo(NETWORK.getConfiguration().toJson());
    assertThat(restored.params()).isEqualTo(NETWORK.params());
  }

  private static String insert(NetworkGraph graph, Random random, String name) {
    NewNode passing = NewNode.layer(name, new ActivationLayer(Activation.IDENTITY));
    List<Node> nodes = graph.nodes();
    Node node = nodes.get(random.nextInt(nodes.size()));
    String input = node.inputs().get(random.nextInt(node.inputs().size()));
    switch (random.nextInt(3)) {
      case 0 -> graph.insertAfter(input, passing);
      case 1 -> graph.insertBetween(input, node.name(), passing);
      default -> {
        if (node.inputs().size() == 1) {
          graph.insertBefore(node.name(), passing);
        } else {
          graph.insertAfter(input, passing);
        }
      }
    }
    return name;
  }
}
