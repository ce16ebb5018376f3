package org.espalier.export.onnx;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import onnx.Onnx.TensorProto;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.espalier.zoo.NetworkOptions;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A network that is made while an ONNX graph is read: what its tensors are, and the vertices so
 * far.
 */
final class GraphReader {
  private static final List<String> PASSING = List.of("Identity", "Dropout");

  private final Map<String, TensorProto> constants = new HashMap<>();
  private final Map<String, Wire> wires = new HashMap<>();
  private final Map<String, List<Operator>> readers = new HashMap<>();
  private final Set<Operator> absorbed = new HashSet<>();
  private final Set<String> vertices = new HashSet<>();
  private final Map<String, Map<String, INDArray>> parameters = new HashMap<>();
  private final String input;
  private final String output;
  private final GraphBuilder builder;
  private String classifier = "";

  /**
   * A network of an input alone.
   *
   * @param images the input
   * @param output the tensor that is the output
   */
  GraphReader(Wire images, String output) {
    this.input = images.vertex();
    this.output = output;
    this.builder =
        new NeuralNetConfiguration.Builder()
            .updater(NetworkOptions.builder().build().updater())
            .graphBuilder()
            .addInputs(input)
            .setInputTypes(
                InputType.convolutional(
                    images.height(), images.width(), images.channels(), CNN2DFormat.NHWC));
    vertices.add(input);
    wires.put(input, images);
  }

  /** Tells which operators will be read. */
  void expect(List<Operator> operators) {
    for (Operator operator : operators) {
      new HashSet<>(operator.inputs())
          .forEach(name -> readers.computeIfAbsent(name, any -> new ArrayList<>()).add(operator));
    }
  }

  void constant(String name, TensorProto tensor) {
    constants.put(name, tensor);
  }

  boolean isConstant(String name) {
    return constants.containsKey(name);
  }

  TensorProto tensor(String name) {
    return constants.get(name);
  }

  /** The numbers of an input that must be constant. */
  Constant constant(Operator operator, int i) throws OnnxException {
    String name = operator.input(i);
    TensorProto tensor = constants.get(name);
    if (tensor == null) {
      throw operator.error("has an input that must be constant (%s)".formatted(name));
    }
    return Constant.of(tensor);
  }

  /** An input that must not be constant. */
  Wire wire(Operator operator, int i) throws OnnxException {
    String name = operator.input(i);
    Wire wire = wires.get(name);
    if (wire == null) {
      throw operator.error(
          isConstant(name)
              ? "has an input that must not be constant (%s)".formatted(name)
              : "lacks an input or reads what is no first output (%s)".formatted(name));
    }
    return wire;
  }

  /** An input that must be images. */
  Wire images(Operator operator) throws OnnxException {
    Wire wire = wire(operator, 0);
    if (!wire.images() || wire.flat()) {
      throw operator.error("must read images (" + wire.shape() + ")");
    }
    return wire;
  }

  /** Says what a tensor is. */
  void set(String tensor, Wire wire) {
    wires.put(tensor, wire);
  }

  Wire get(String tensor) {
    return wires.get(tensor);
  }

  boolean isInput(Wire wire) {
    return wire.vertex().equals(input);
  }

  /** Says which vertex ends the network with a softmax. */
  Wire classifier(Wire wire) {
    classifier = wire.vertex();
    return wire;
  }

  boolean isClassifier(Wire wire) {
    return wire.vertex().equals(classifier);
  }

  /** The only operator that reads an operator's result, if it is of a type; else null. */
  Operator next(Operator operator, String type) {
    List<Operator> all = readers.getOrDefault(operator.output(), List.of());
    return all.size() == 1 && !operator.output().equals(output) && all.get(0).type().equals(type)
        ? all.get(0)
        : null;
  }

  /** Takes an operator into the vertex before it. */
  void absorb(Operator operator, Wire wire) {
    absorbed.add(operator);
    set(operator.output(), wire);
  }

  boolean isAbsorbed(Operator operator) {
    return absorbed.contains(operator);
  }

  /** Whether all that read a tensor, and there are some, are of these types. */
  boolean onlyReadBy(String tensor, List<String> types) {
    List<Operator> all = readers.getOrDefault(tensor, List.of());
    return !all.isEmpty()
        && !tensor.equals(output)
        && all.stream()
            .allMatch(
                reader ->
                    types.contains(reader.type())
                        || (PASSING.contains(reader.type()) && onlyReadBy(reader.output(), types)));
  }

  /** Whether nothing but softmax lies between a tensor and the output. */
  boolean isLast(String tensor) {
    List<Operator> all = readers.getOrDefault(tensor, List.of());
    if (tensor.equals(output)) {
      return all.isEmpty();
    }
    return all.size() == 1
        && (all.get(0).type().equals("Softmax") || PASSING.contains(all.get(0).type()))
        && isLast(all.get(0).output());
  }

  /** Adds a layer behind a vertex; returns its name, which is the operator's where that is free. */
  String add(Operator operator, Layer layer, String... inputs) {
    String name = free(operator.name());
    builder.addLayer(name, layer, inputs);
    return name;
  }

  /** Adds a vertex. */
  String add(Operator operator, GraphVertex vertex, String... inputs) {
    String name = free(operator.name());
    builder.addVertex(name, vertex, inputs);
    return name;
  }

  private String free(String wanted) {
    String plain = wanted.replaceFirst("^/+", "").replace('/', '.');
    String name = plain;
    for (int i = 2; name.isEmpty() || !vertices.add(name); i++) {
      name = plain + "." + i;
    }
    return name;
  }

  void parameter(String vertex, String key, INDArray values) {
    parameters.computeIfAbsent(vertex, any -> new HashMap<>()).put(key, values);
  }

  /** Makes the network. */
  ComputationGraph build(String last) throws OnnxException {
    try {
      ComputationGraph network = new ComputationGraph(builder.setOutputs(last).build());
      network.init();
      parameters.forEach(
          (vertex, values) ->
              values.forEach(
                  (key, value) -> {
                    INDArray to = network.getVertex(vertex).paramTable(false).get(key);
                    to.assign(value.reshape(to.shape()));
                  }));
      return network;
    } catch (IllegalArgumentException | IllegalStateException e) {
      // Deeplearning4j's own checks.
      throw new OnnxException("its parts do not fit together (" + e.getMessage() + ")", e);
    }
  }
}
