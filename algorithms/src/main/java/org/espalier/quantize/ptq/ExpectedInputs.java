package org.espalier.quantize.ptq;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.espalier.graph.NetworkGraph;
import org.espalier.graph.Node;
import org.espalier.nn.GlobalAveragePooling;
import org.espalier.nn.PaddedShortcut;
import org.espalier.nn.ResidualSum;
import org.nd4j.linalg.activations.IActivation;

/**
 * What layers can be expected to read, from what batch normalisation promises of those before them.
 *
 * <p>Known through identities, ReLUs, shortcuts, sums of what is taken for independent, and, for
 * the mean alone, global averages; unknown behind everything else.
 */
final class ExpectedInputs {
  private final NetworkGraph graph;
  private final Map<String, NormalChannels> made;
  private final Map<String, NormalChannels> known = new HashMap<>();

  private ExpectedInputs(NetworkGraph graph, Map<String, NormalChannels> made) {
    this.graph = graph;
    this.made = made;
  }

  /**
   * Goes through a folded network.
   *
   * @param made what layers make, before their activation function
   */
  static ExpectedInputs of(NetworkGraph graph, Map<String, NormalChannels> made) {
    ExpectedInputs inputs = new ExpectedInputs(graph, made);
    for (Node node : graph.nodes()) {
      inputs.given(node).ifPresent(channels -> inputs.known.put(node.name(), channels));
    }
    return inputs;
  }

  /** Returns the mean of each channel that a layer reads; empty where it is unknown. */
  Optional<double[]> mean(String layer) {
    Node node = graph.node(layer);
    return node.preprocessor() == null
        ? Optional.ofNullable(known.get(node.inputs().get(0))).map(NormalChannels::mean)
        : Optional.empty();
  }

  private Optional<NormalChannels> given(Node node) {
    if (Nodes.isWeighted(node)) {
      return Optional.ofNullable(made.get(node.name()))
          .flatMap(channels -> through(Nodes.function(node.layer()), channels));
    }
    for (String input : node.inputs()) {
      if (!known.containsKey(input) || node.preprocessor() != null) {
        return Optional.empty();
      }
    }
    if (node.vertex() instanceof ResidualSum sum) {
      NormalChannels total =
          node.inputs().stream().map(known::get).reduce(NormalChannels::plus).orElseThrow();
      return Optional.of(sum.isRelu() ? total.rectified() : total);
    }
    NormalChannels input = known.get(node.inputs().get(0));
    Layer layer = node.layer();
    if (layer instanceof ActivationLayer) {
      return through(Nodes.function(layer), input);
    }
    if (layer instanceof PaddedShortcut shortcut) {
      return Optional.of(input.taking(shortcut.sources(input.mean().length)));
    }
    return layer instanceof GlobalAveragePooling || layer instanceof DropoutLayer
        ? Optional.of(input)
        : Optional.empty();
  }

  private static Optional<NormalChannels> through(IActivation function, NormalChannels channels) {
    if (Nodes.isIdentity(function)) {
      return Optional.of(channels);
    }
    return Nodes.isRelu(function) ? Optional.of(channels.rectified()) : Optional.empty();
  }
}
