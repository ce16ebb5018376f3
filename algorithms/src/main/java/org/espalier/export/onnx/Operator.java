package org.espalier.export.onnx;

import java.util.List;
import java.util.Optional;
import onnx.Onnx.AttributeProto;
import onnx.Onnx.NodeProto;
import onnx.Onnx.TensorProto;

/** One node of an ONNX graph that is read: its attributes, and errors that name it. */
final class Operator {
  private final NodeProto node;
  private final int index;

  /**
   * An operator.
   *
   * @param index the node's place in its graph
   */
  Operator(NodeProto node, int index) {
    this.node = node;
    this.index = index;
  }

  String type() {
    return node.getOpType();
  }

  /** The operator's domain; empty for ONNX's own. */
  String domain() {
    return node.getDomain().equals("ai.onnx") ? "" : node.getDomain();
  }

  /** The node's name; where it has none, its operator and place. */
  String name() {
    return node.getName().isEmpty() ? type() + index : node.getName();
  }

  List<String> inputs() {
    return node.getInputList();
  }

  List<String> outputs() {
    return node.getOutputList();
  }

  /** An input's name; empty where it is left out. */
  String input(int i) {
    return i < node.getInputCount() ? node.getInput(i) : "";
  }

  /** The first output's name. */
  String output() {
    return node.getOutputCount() == 0 ? "" : node.getOutput(0);
  }

  /** Whether an output but the first is asked for. */
  boolean hasMoreOutputs() {
    return node.getOutputList().stream().skip(1).anyMatch(name -> !name.isEmpty());
  }

  /** An exception whose message is the node and what is wrong with it. */
  OnnxException error(String reason) {
    return new OnnxException("node %s (%s) %s".formatted(name(), type(), reason));
  }

  private Optional<AttributeProto> attribute(String key, AttributeProto.AttributeType type)
      throws OnnxException {
    Optional<AttributeProto> found =
        node.getAttributeList().stream()
            .filter(attribute -> attribute.getName().equals(key))
            .findFirst();
    if (found.isPresent() && found.get().getType() != type) {
      throw error(
          "has attribute %s of type %s, not %s".formatted(key, found.get().getType(), type));
    }
    return found;
  }

  long integer(String key, long otherwise) throws OnnxException {
    return attribute(key, AttributeProto.AttributeType.INT)
        .map(AttributeProto::getI)
        .orElse(otherwise);
  }

  double real(String key, double otherwise) throws OnnxException {
    Optional<Float> value =
        attribute(key, AttributeProto.AttributeType.FLOAT).map(AttributeProto::getF);
    return value.isPresent() ? shortest(value.get()) : otherwise;
  }

  /** The double of the same decimal digits, so that 1e-5 stays 1e-5. */
  private static double shortest(float value) {
    return Double.parseDouble(Float.toString(value));
  }

  long[] integers(String key, long... otherwise) throws OnnxException {
    return attribute(key, AttributeProto.AttributeType.INTS)
        .map(found -> found.getIntsList().stream().mapToLong(Long::longValue).toArray())
        .orElse(otherwise);
  }

  String text(String key, String otherwise) throws OnnxException {
    return attribute(key, AttributeProto.AttributeType.STRING)
        .map(found -> found.getS().toStringUtf8())
        .orElse(otherwise);
  }

  /** The tensor of an attribute, if there is that attribute. */
  Optional<TensorProto> tensor(String key) throws OnnxException {
    return attribute(key, AttributeProto.AttributeType.TENSOR).map(AttributeProto::getT);
  }
}
