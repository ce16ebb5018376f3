package org.espalier.export.onnx;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import onnx.Onnx.AttributeProto;
import onnx.Onnx.GraphProto;
import onnx.Onnx.NodeProto;
import onnx.Onnx.TensorProto;
import onnx.Onnx.ValueInfoProto;

/**
 * Makes a graph in integers small: beside weights of one byte, names and attributes count.
 *
 * <p>Inputs, outputs, weights and the tensors named keep their names, others get numbers; nodes
 * have no names; attributes that say what an operator assumes anyway go. What the graph computes
 * stays.
 */
final class CompactGraph {
  private final GraphProto given;
  private final Set<String> kept;
  private final Map<String, String> names = new HashMap<>();
  private int next;

  /**
   * A graph to make small.
   *
   * @param named the tensors, among others, that keep their names
   */
  CompactGraph(GraphProto given, Set<String> named) {
    this.given = given;
    this.kept = new HashSet<>(named);
    for (List<ValueInfoProto> ends : List.of(given.getInputList(), given.getOutputList())) {
      ends.forEach(end -> kept.add(end.getName()));
    }
    given.getInitializerList().stream()
        .filter(constant -> constant.getDimsCount() > 1)
        .forEach(constant -> kept.add(constant.getName()));
  }

  GraphProto write() {
    GraphProto.Builder graph = given.toBuilder();
    for (TensorProto.Builder constant : graph.getInitializerBuilderList()) {
      constant.setName(name(constant.getName()));
    }
    for (NodeProto.Builder node : graph.getNodeBuilderList()) {
      List<String> inputs = node.getInputList().stream().map(this::name).toList();
      List<String> outputs = node.getOutputList().stream().map(this::name).toList();
      List<AttributeProto> attributes =
          node.getAttributeList().stream().filter(each -> isNeeded(node, each)).toList();
      node.clearName().clearInput().clearOutput().clearAttribute();
      node.addAllInput(inputs).addAllOutput(outputs).addAllAttribute(attributes);
    }
    return graph.build();
  }

  private String name(String tensor) {
    return kept.contains(tensor) ? tensor : names.computeIfAbsent(tensor, key -> number());
  }

  private String number() {
    String number;
    do {
      number = Integer.toString(next++, Character.MAX_RADIX);
    } while (kept.contains(number));
    return number;
  }

  private static boolean isNeeded(NodeProto.Builder node, AttributeProto attribute) {
    return switch (attribute.getName()) {
      case "group" -> attribute.getI() != 1;
      case "strides", "dilations" -> attribute.getIntsList().stream().anyMatch(size -> size != 1);
      case "pads" -> attribute.getIntsList().stream().anyMatch(size -> size != 0);
      case "kernel_shape" -> !node.getOpType().equals("Conv"); // its weights have it
      default -> true;
    };
  }
}
