package org.espalier.prune.scop;

import java.util.ArrayDeque;
import java.util.Deque;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.espalier.graph.NetworkGraph;
import org.espalier.graph.Node;

/**
 * Types of a network's inputs, of which a network itself knows nothing.
 *
 * <p>An input is taken to be images with as many channels as the nearest convolution behind it
 * reads, or as many features as the nearest dense layer. The images' size is not theirs but one
 * that can be halved eight times: the channels within residual blocks are the same whatever the
 * size. Features of flattened images are not, but they lie behind the residual stream, which keeps
 * its width.
 */
final class NominalInputs {
  private static final int SIZE = 256;

  private NominalInputs() {}

  static InputType[] of(NetworkGraph graph) {
    return graph.inputs().stream().map(input -> type(graph, input)).toArray(InputType[]::new);
  }

  private static InputType type(NetworkGraph graph, String input) {
    Deque<String> ahead = new ArrayDeque<>(graph.users(input));
    while (!ahead.isEmpty()) {
      Node node = graph.node(ahead.remove());
      Layer layer = node.layer();
      if (layer instanceof ConvolutionLayer convolution) {
        return InputType.convolutional(
            SIZE, SIZE, convolution.getNIn(), convolution.getCnn2dDataFormat());
      }
      if (layer instanceof DenseLayer || layer instanceof BaseOutputLayer) {
        return InputType.feedForward(((FeedForwardLayer) layer).getNIn());
      }
      ahead.addAll(node.users());
    }
    throw new IllegalArgumentException(
        "Cannot prune this network: no layer tells how many channels its input has ("
            + input
            + ")");
  }
}
