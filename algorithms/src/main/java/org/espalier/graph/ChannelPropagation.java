package org.espalier.graph;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.conf.CNN2DFormat;
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
  private final Map<String, Signal> scattered = new LinkedHashMap<>();
  private final Map<String, List<Signal>> inputs = new LinkedHashMap<>();
  private final Map<String, Signal> processed = new LinkedHashMap<>();

  private ChannelPropagation(ComputationGraph network) {
    this.network = network;
    this.configuration = Configurations.copy(network.getConfiguration());
  }

  /**
   * Follows the channels.
   *
   * @param scattered the vertices behind which removed channels come back as zeros
   * @param types the type of each input of the network
   */
  static ChannelPropagation through(
      ComputationGraph network, Set<String> scattered, InputType... types) {
    ChannelPropagation propagation = new ChannelPropagation(network);
    propagation.begin(types);
    for (org.deeplearning4j.nn.graph.vertex.GraphVertex vertex : ordered(network)) {
      if (!vertex.isInputVertex()) {
        propagation.pass(vertex.getVertexName());
        if (scattered.contains(vertex.getVertexName())) {
          propagation.scatter(vertex.getVertexName());
        }
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
    for (String input : configuration.getVertexInputs().get(name)) {
      given.add(scattered.getOrDefault(input, outputs.get(input)));
    }
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

  /** Begins new channels behind a vertex, which stay when those before it go. */
  private void scatter(String name) {
    Signal made = outputs.get(name);
    if (made.isImages() && made.format() != CNN2DFormat.NHWC) {
      throw new IllegalArgumentException(
          "Cannot find channel groups: zeros can come back behind %s in NHWC images only (%s)"
              .formatted(name, made.format()));
    }
    classes.fixIfLoud(
        made.ids(), "zeros come back behind %s, and they are not silent".formatted(name));
    int[] ids = classes.fresh(name, made.ids().length);
    classes.fix(ids, "zeros come back behind " + name);
    scattered.put(name, new Signal(ids, made.type()));
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

  /** What a vertex or an input of the network makes. */
  Signal output(String vertex) {
    return outputs.get(vertex);
  }

  /** What is read behind each vertex where removed channels come back as zeros. */
  Map<String, Signal> scattered() {
    return Collections.unmodifiableMap(scattered);
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
