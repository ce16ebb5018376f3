package org.espalier.export.onnx;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import onnx.Onnx.GraphProto;
import onnx.Onnx.ModelProto;
import onnx.Onnx.TensorProto;
import onnx.Onnx.ValueInfoProto;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.espalier.nn.CrossEntropy;
import org.nd4j.linalg.activations.Activation;

/** Reads the nodes of an ONNX graph that its output needs, one after the other. */
final class NetworkReader {
  private static final List<String> OPERATORS =
      List.of(
          "Add",
          "AveragePool",
          "BatchNormalization",
          "Clip",
          "Concat",
          "Constant",
          "Conv",
          "Dropout",
          "Flatten",
          "Gemm",
          "GlobalAveragePool",
          "Identity",
          "MatMul",
          "MaxPool",
          "Pad",
          "Relu",
          "Reshape",
          "Softmax");

  private static final int LAST_AXIS_OPSET = 13;

  private final GraphReader graph;
  private final List<Operator> operators;
  private final String output;
  private final long opset;
  private final ConvolutionReader convolutions;
  private final DenseReader products;
  private final ShapeReader shapes;
  private final ElementReader elements;

  NetworkReader(ModelProto model) throws OnnxException {
    GraphProto read = model.getGraph();
    ValueInfoProto input = ModelReader.input(read);
    this.output = ModelReader.output(read);
    this.opset = ModelReader.opset(model);
    this.operators = needed(read, output);
    if (operators.isEmpty()) {
      throw new OnnxException("nothing makes its output (" + output + ")");
    }
    this.graph = new GraphReader(ModelReader.images(input), output);
    for (TensorProto constant : read.getInitializerList()) {
      graph.constant(constant.getName(), constant);
    }
    graph.expect(operators);
    checkOrder(input.getName());
    this.convolutions = new ConvolutionReader(graph);
    this.products = new DenseReader(graph);
    this.shapes = new ShapeReader(graph, convolutions, ModelReader.batch(input));
    this.elements = new ElementReader(graph);
  }

  private static List<Operator> needed(GraphProto graph, String output) {
    Set<String> tensors = new HashSet<>(Set.of(output));
    List<Operator> needed = new ArrayList<>();
    for (int i = graph.getNodeCount() - 1; i >= 0; i--) {
      Operator operator = new Operator(graph.getNode(i), i);
      if (operator.outputs().stream().anyMatch(tensors::contains)) {
        tensors.addAll(operator.inputs());
        needed.add(operator);
      }
    }
    Collections.reverse(needed);
    return needed;
  }

  /** Checks that every tensor is made once, before it is read. */
  private void checkOrder(String input) throws OnnxException {
    Set<String> made = new HashSet<>(Set.of(input, ""));
    for (Operator operator : operators) {
      for (String name : operator.inputs()) {
        if (!made.contains(name) && !graph.isConstant(name)) {
          throw operator.error("reads a tensor that nothing before it makes (" + name + ")");
        }
      }
      for (String name : operator.outputs()) {
        if (!name.isEmpty() && (graph.isConstant(name) || !made.add(name))) {
          throw operator.error("makes a tensor that is there already (" + name + ")");
        }
      }
    }
  }

  ComputationGraph read() throws OnnxException {
    for (Operator operator : operators) {
      if (!operator.domain().isEmpty() || !OPERATORS.contains(operator.type())) {
        throw operator.error("is not supported; supported are " + String.join(", ", OPERATORS));
      }
    }
    for (Operator operator : operators) {
      if (!graph.isAbsorbed(operator)) {
        read(operator);
      }
    }
    Wire last = graph.get(output);
    if (!graph.isClassifier(last)) {
      last = classifier(operators.get(operators.size() - 1), last);
    }
    return graph.build(last.vertex());
  }

  private void read(Operator operator) throws OnnxException {
    if (operator.type().equals("Constant")) {
      graph.constant(
          operator.output(),
          operator
              .tensor("value")
              .orElseThrow(() -> operator.error("has no value that is a tensor")));
      return;
    }
    if (operator.type().equals("Identity") && graph.isConstant(operator.input(0))) {
      graph.constant(operator.output(), graph.tensor(operator.input(0)));
      return;
    }
    Wire wire =
        switch (operator.type()) {
          case "Conv" -> convolutions.convolution(operator);
          case "MaxPool" -> convolutions.pooling(operator, true);
          case "AveragePool" -> convolutions.pooling(operator, false);
          case "GlobalAveragePool" -> convolutions.globalPooling(operator);
          case "Gemm" -> products.gemm(operator);
          case "MatMul" -> products.matMul(operator);
          case "BatchNormalization" -> elements.normalization(operator);
          case "Add" -> elements.sum(operator);
          case "Relu" -> elements.activation(operator, Activation.RELU);
          case "Clip" -> elements.clip(operator);
          case "Concat" -> shapes.concatenation(operator);
          case "Flatten" -> shapes.flattening(operator);
          case "Reshape" -> shapes.reshaping(operator);
          case "Pad" -> shapes.padding(operator);
          case "Softmax" -> softmax(operator);
          default -> graph.wire(operator, 0);
        };
    graph.set(operator.output(), wire);
  }

  /** Nothing behind the classifier, which has its own softmax; elsewhere a layer. */
  private Wire softmax(Operator operator) throws OnnxException {
    Wire in = graph.wire(operator, 0);
    long axis = operator.integer("axis", opset < LAST_AXIS_OPSET ? 1 : -1);
    if (!in.flat() || (axis != 1 && axis != -1)) {
      throw operator.error("must normalise rows (axis %d of %s)".formatted(axis, in.shape()));
    }
    if (graph.isClassifier(in)) {
      return in;
    }
    return graph.isLast(operator.output())
        ? classifier(operator, in)
        : elements.activation(operator, Activation.SOFTMAX);
  }

  /** Adds a softmax with a loss, where the network ends in something else than a dense layer. */
  private Wire classifier(Operator operator, Wire in) throws OnnxException {
    if (!in.flat() || in.height() * in.width() > 1) {
      throw operator.error(
          "makes the output, which must be a row of one number a class (%s)".formatted(in.shape()));
    }
    LossLayer layer =
        new LossLayer.Builder(new CrossEntropy()).activation(Activation.SOFTMAX).build();
    return graph.classifier(Wire.features(graph.add(operator, layer, in.vertex()), in.channels()));
  }
}
