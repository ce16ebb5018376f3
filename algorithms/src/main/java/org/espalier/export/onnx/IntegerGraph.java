package org.espalier.export.onnx;

import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import onnx.Onnx.AttributeProto;
import onnx.Onnx.GraphProto;
import onnx.Onnx.NodeProto;
import onnx.Onnx.TensorProto;
import onnx.Onnx.ValueInfoProto;

/**
 * Turns the roundings of a graph into codes, in places from which ONNX Runtime can compute in
 * integers.
 *
 * <p>It does so for an operator whose inputs all come from codes and whose one reader makes codes
 * of its output; anything in between makes it compute in float, without a word. So rounding moves
 * up, which never changes a result, since it keeps order: past maximum pooling and whatever else
 * only moves values, which are then codes that move; and past ReLU, which is the limit of the
 * codes. Where an output is rounded to several grids, or read as it is too, its operator is there
 * for each.
 */
final class IntegerGraph {
  /** The operator, not one of ONNX's, that stands for a rounding in the graph given. */
  static final String ROUNDED = "Rounded";

  private static final String PAD = "Pad";
  private static final Set<String> MOVES =
      Set.of("Flatten", "Gather", "Identity", "MaxPool", PAD, "Reshape", "Transpose");

  private record Rounding(String tensor, ActivationGrid grid) {}

  private final GraphProto given;
  private final Map<String, ActivationGrid> grids;
  private final Map<String, NodeProto> makers = new HashMap<>();
  private final Map<String, TensorProto> constants = new HashMap<>();
  private final Map<String, String> values = new HashMap<>();
  private final Map<Rounding, String> codes = new HashMap<>();
  private final GraphWriter graph;
  private final CodeWriter writer;

  /**
   * The roundings of a graph.
   *
   * @param grids what those operators round to, by the tensors that they make
   */
  IntegerGraph(GraphProto given, Map<String, ActivationGrid> grids) {
    this.given = given;
    this.grids = grids;
    given.getInitializerList().forEach(constant -> constants.put(constant.getName(), constant));
    given.getNodeList().forEach(node -> makers.put(node.getOutput(0), node));
    this.graph = GraphWriter.between(given.getInputList(), given.getOutputList());
    this.writer = new CodeWriter(graph);
  }

  /** Writes the graph; what no output needs is left out. */
  GraphProto write() {
    for (ValueInfoProto output : given.getOutputList()) {
      String tensor = value(output.getName());
      if (!tensor.equals(output.getName())) {
        graph.node("Identity", output.getName(), output.getName(), List.of(tensor));
      }
    }
    return graph.build(given.getName());
  }

  /** Writes a tensor as numbers. */
  private String value(String tensor) {
    String known = values.get(tensor);
    if (known == null) {
      known = written(tensor);
      values.put(tensor, known);
    }
    return known;
  }

  private String written(String tensor) {
    if (constants.containsKey(tensor)) {
      return graph.constant(constants.get(tensor));
    }
    if (!makers.containsKey(tensor)) {
      return tensor;
    }
    Optional<ActivationGrid> grid = grid(tensor);
    return grid.isPresent()
        ? writer.values(codes(tensor, grid.get()), grid.get(), tensor)
        : copy(makers.get(tensor));
  }

  /** The grid that the numbers of a tensor lie on. */
  private Optional<ActivationGrid> grid(String tensor) {
    if (grids.containsKey(tensor)) {
      return Optional.of(grids.get(tensor));
    }
    NodeProto maker = makers.get(tensor);
    return maker != null && (MOVES.contains(maker.getOpType()) || isRectifier(maker))
        ? grid(maker.getInput(0))
        : Optional.empty();
  }

  private static boolean isRectifier(NodeProto node) {
    return node.getOpType().equals("Relu") || node.getOpType().equals("Clip");
  }

  private String copy(NodeProto node) {
    return graph.node(
        node.getOpType(),
        node.getName(),
        node.getOutput(0),
        node.getInputList().stream().map(this::value).toList(),
        node.getAttributeList().toArray(AttributeProto[]::new));
  }

  /** Writes the codes of a tensor that is rounded to a grid. */
  private String codes(String tensor, ActivationGrid grid) {
    Rounding rounding = new Rounding(tensor, grid);
    String known = codes.get(rounding);
    if (known == null) {
      known = rounded(tensor, grid);
      codes.put(rounding, known);
    }
    return known;
  }

  private String rounded(String tensor, ActivationGrid grid) {
    NodeProto maker = makers.get(tensor);
    if (maker != null && isRectifier(maker)) {
      return codes(maker.getInput(0), rectified(maker, grid));
    }
    if (maker != null && MOVES.contains(maker.getOpType())) {
      return moved(maker, grid);
    }
    ActivationGrid first = grids.get(tensor);
    if (first != null && first.hasCodesOf(grid)) {
      return codes(maker.getInput(0), first.within(grid.low(), grid.high()));
    }
    if (!grid.isUnlimited()) {
      return writer.limited(codes(tensor, grid.unlimited()), grid);
    }
    boolean isComputed = maker != null && first == null;
    return writer.codes(isComputed ? copy(maker) : value(tensor), grid);
  }

  private ActivationGrid rectified(NodeProto rectifier, ActivationGrid grid) {
    return rectifier.getOpType().equals("Relu")
        ? grid.within(grid.zero(), ActivationGrid.LARGEST)
        : grid.within(grid.code(number(rectifier, 1)), grid.code(number(rectifier, 2)));
  }

  private float number(NodeProto node, int input) {
    return constants
        .get(node.getInput(input))
        .getRawData()
        .asReadOnlyByteBuffer()
        .order(ByteOrder.LITTLE_ENDIAN)
        .getFloat();
  }

  private String moved(NodeProto node, ActivationGrid grid) {
    List<String> inputs = new ArrayList<>();
    inputs.add(codes(node.getInput(0), grid));
    node.getInputList().stream().skip(1).map(this::value).forEach(inputs::add);
    if (node.getOpType().equals(PAD)) {
      inputs.add(writer.zero(grid));
    }
    return graph.node(
        node.getOpType(),
        node.getName(),
        node.getOutput(0) + CodeWriter.CODES,
        inputs,
        node.getAttributeList().toArray(AttributeProto[]::new));
  }
}
