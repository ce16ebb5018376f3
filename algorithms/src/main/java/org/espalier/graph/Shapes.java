package org.espalier.graph;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.layers.Layer;

/** Follows the types of activations through a graph. */
final class Shapes {
  private Shapes() {}

  static Map<String, InputType> of(NetworkGraph graph, InputType... inputs) {
    List<String> names = graph.inputs();
    if (inputs.length != names.size()) {
      throw new IllegalArgumentException(
          "Cannot find shapes: the network has " + names + " as inputs (" + inputs.length + ")");
    }
    Map<String, InputType> known = new LinkedHashMap<>();
    for (int i = 0; i < inputs.length; i++) {
      known.put(names.get(i), inputs[i]);
    }
    Map<String, InputType> shapes = new LinkedHashMap<>();
    int index = 0;
    for (Node node : graph.nodes()) {
      InputType[] read = node.inputs().stream().map(known::get).toArray(InputType[]::new);
      InputType made = output(node, index++, read);
      known.put(node.name(), made);
      shapes.put(node.name(), made);
    }
    return shapes;
  }

  private static InputType output(Node node, int index, InputType... read) {
    try {
      InputType output = Configurations.copy(node.vertex()).getOutputType(index, read);
      if (node.layer() != null) {
        checkChannels(
            node.layer(),
            node.preprocessor() == null ? read[0] : node.preprocessor().getOutputType(read[0]));
      }
      return output;
    } catch (IllegalArgumentException | IllegalStateException unfit) {
      throw new IllegalArgumentException(
          "Cannot find the shape of node " + node.name() + ": " + unfit.getMessage(), unfit);
    }
  }

  private static void checkChannels(Layer layer, InputType input) {
    boolean counted =
        layer instanceof ConvolutionLayer
            || layer instanceof BatchNormalization
            || layer instanceof DenseLayer
            || layer instanceof BaseOutputLayer;
    long given = -1;
    if (input instanceof InputType.InputTypeConvolutional map) {
      given = map.getChannels();
    } else if (input instanceof InputType.InputTypeFeedForward vector) {
      given = vector.getSize();
    }
    if (counted
        && given >= 0
        && layer instanceof FeedForwardLayer taking
        && taking.getNIn() != given) {
      throw new IllegalArgumentException(
          "it takes " + taking.getNIn() + " channels (" + given + ")");
    }
  }
}
