package org.espalier.graph;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.graph.PreprocessorVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.graph.ComputationGraph;

/** Follows channels through a network, vertex by vertex, from its inputs to its outputs. */
final class ChannelPropagation {
  private final ComputationGraph network;
  private final ComputationGraphConfiguration configuration;
  private final ChannelClasses classes = new ChannelClasses();
  private final Map<String, Signal> outputs = new LinkedHashMap<>();
  private final Map<String, List<Signal>> inputs = new LinkedHashMap<>();
  private final Map<String, Signal> processed = new LinkedHashMap<>();

  private ChannelPropagation(ComputationGraph network) {
    this.network = network;
    this.configuration = Configurations.copy(network.getConfiguration());
  }

  static ChannelPropagation through(ComputationGraph network, InputType... types) {
    ChannelPropagation propagation = new ChannelPropagation(network);
    propagation.begin(types);
    for (org.deeplearning4j.nn.graph.vertex.GraphVertex vertex : ordered(network)) {
      if (!vertex.isInputVertex()) {
        propagation.pass(vertex.getVertexName());
      }
    }
    for (String output : propagation.configuration.getNetworkOutputs()) {
      propagation.classes.fix(
          propagation.outputs.get(output).ids(), "output of the network: " + output);
    }
    return propagation;
  }

  private static List<org.deeplearning4j.nn.graph.vertex.GraphVertex> ordered(
      ComputationGraph network) {
    return Arrays.stream(network.topologicalSortOrder())
        .mapToObj(index -> network.getVertices()[index])
        .toList();
  }

  private void begin(InputType... types) {
    List<String> names = configuration.getNetworkInputs();
    if (types.length != names.size()) {
      throw new IllegalArgumentException(
          "Cannot find channel groups: the network has %d inputs (%d types given)"
              .formatted(names.size(), types.length));
    }
    for (int i = 0; i < types.length; i++) {
      refuseSequence(names.get(i), types[i]);
      int[] ids = classes.fresh(names.get(i), Signal.channels(types[i]));
      classes.fix(ids, "input of the network: " + names.get(i));
      outputs.put(names.get(i), new Signal(ids, types[i]));
    }
  }

  private void pass(String name) {
    GraphVertex vertex = configuration.getVertices().get(name);
    List<Signal> given = new ArrayList<>();
    configuration.getVertexInputs().get(name).forEach(input -> given.add(outputs.get(input)));
    inputs.put(name, given);
    InputType type = VertexChannels.outputType(name, vertex, given);
    refuseSequence(name, type);
    boolean isOutput = configuration.getNetworkOutputs().contains(name);
    int[] ids;
    InputPreProcessor preProcessor = preProcessor(vertex);
    Signal first = given.get(0);
    if (preProcessor != null) {
      first = new Preprocessing(classes, name).apply(preProcessor, first);
      processed.put(name, first);
    }
    if (vertex instanceof LayerVertex holder) {
      ids =
          new LayerChannels(classes, name, Parameters.of(network, name), isOutput)
              .propagate(holder.getLayerConf().getLayer(), first, type);
    } else if (vertex instanceof PreprocessorVertex) {
      ids = first.ids();
    } else {
      ids = new VertexChannels(classes, name).propagate(vertex, given, type);
    }
    outputs.put(name, new Signal(ids, type));
  }

  /** The preprocessor of a vertex, or null. */
  static InputPreProcessor preProcessor(GraphVertex vertex) {
    if (vertex instanceof LayerVertex holder) {
      return holder.getPreProcessor();
    }
    return vertex instanceof PreprocessorVertex holder ? holder.getPreProcessor() : null;
  }

  private static void refuseSequence(String name, InputType type) {
    if (type instanceof InputType.InputTypeRecurrent) {
      throw new IllegalArgumentException(
          "Cannot find channel groups: recurrent networks are not supported (%s is a sequence)"
              .formatted(name));
    }
  }

  /** The channels and what is known of them. */
  ChannelClasses classes() {
    return classes;
  }

  /** What comes out of a vertex or an input of the network. */
  Signal output(String vertex) {
    return outputs.get(vertex);
  }

  /** What goes into a vertex, before its preprocessor. */
  List<Signal> inputs(String vertex) {
    return inputs.get(vertex);
  }

  /** What reaches the layer of a vertex: its first input, behind the preprocessor if any. */
  Signal processed(String vertex) {
    return processed.getOrDefault(vertex, inputs.get(vertex).get(0));
  }

  /** Counts from 0. */
  static int[] range(int count) {
    return IntStream.range(0, count).toArray();
  }
}
