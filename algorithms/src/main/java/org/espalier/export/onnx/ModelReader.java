package org.espalier.export.onnx;

import java.util.List;
import onnx.Onnx.GraphProto;
import onnx.Onnx.ModelProto;
import onnx.Onnx.TensorProto;
import onnx.Onnx.TensorShapeProto;
import onnx.Onnx.ValueInfoProto;
import org.nd4j.shade.protobuf.InvalidProtocolBufferException;

/** Reads the frame of an ONNX file: whether it is one, and what goes in and comes out. */
final class ModelReader {
  private static final int OLDEST_OPSET = 7;
  private static final int NEWEST_OPSET = 22;
  private static final int LARGEST_SIDE = 1 << 16;
  private static final List<String> AXES = List.of("channel", "height", "width");

  private ModelReader() {}

  /** Reads a whole model of a known opset. */
  static ModelProto model(byte[] content) throws OnnxException {
    ModelProto model;
    try {
      model = ModelProto.parseFrom(content);
    } catch (InvalidProtocolBufferException e) {
      throw new OnnxException("it is cut short or no ONNX file", e);
    }
    if (!model.hasGraph() || model.getGraph().getNodeCount() == 0) {
      throw new OnnxException("it is cut short or no ONNX file (it holds no network)");
    }
    opset(model);
    return model;
  }

  /** The version of ONNX's own operators. */
  static long opset(ModelProto model) throws OnnxException {
    long opset =
        model.getOpsetImportList().stream()
            .filter(set -> set.getDomain().isEmpty() || set.getDomain().equals("ai.onnx"))
            .mapToLong(set -> set.getVersion())
            .findFirst()
            .orElseThrow(() -> new OnnxException("it is cut short: it names no operator set"));
    if (opset < OLDEST_OPSET || opset > NEWEST_OPSET) {
      throw new OnnxException(
          "its operators are of opset %d; opsets %d to %d are supported"
              .formatted(opset, OLDEST_OPSET, NEWEST_OPSET));
    }
    return opset;
  }

  /** The only input that is no constant. */
  static ValueInfoProto input(GraphProto graph) throws OnnxException {
    List<String> constants = graph.getInitializerList().stream().map(TensorProto::getName).toList();
    List<ValueInfoProto> inputs =
        graph.getInputList().stream()
            .filter(input -> !constants.contains(input.getName()))
            .toList();
    if (inputs.size() != 1) {
      throw new OnnxException(
          "it must have one input (%s)"
              .formatted(inputs.stream().map(ValueInfoProto::getName).toList()));
    }
    return inputs.get(0);
  }

  /** The only output's name. */
  static String output(GraphProto graph) throws OnnxException {
    if (graph.getOutputCount() != 1) {
      throw new OnnxException(
          "it must have one output (%s)"
              .formatted(graph.getOutputList().stream().map(ValueInfoProto::getName).toList()));
    }
    return graph.getOutput(0).getName();
  }

  /** The input's batch where it is fixed, else 0. */
  static long batch(ValueInfoProto input) throws OnnxException {
    return shape(input).getDim(0).getDimValue();
  }

  /** The input as images of fixed size. */
  static Wire images(ValueInfoProto input) throws OnnxException {
    TensorShapeProto shape = shape(input);
    int[] sizes = new int[AXES.size()];
    for (int i = 0; i < sizes.length; i++) {
      TensorShapeProto.Dimension dimension = shape.getDim(i + 1);
      if (!dimension.hasDimValue()) {
        throw new OnnxException(
            "the %s of input %s is dynamic (%s); only the batch may be"
                .formatted(
                    AXES.get(i),
                    input.getName(),
                    dimension.hasDimParam() ? dimension.getDimParam() : "unknown"));
      }
      long size = dimension.getDimValue();
      if (size < 1 || size > LARGEST_SIDE) {
        throw new OnnxException(
            "the %s of input %s must be from 1 to %d (%d)"
                .formatted(AXES.get(i), input.getName(), LARGEST_SIDE, size));
      }
      sizes[i] = (int) size;
    }
    return Wire.images(input.getName(), sizes[0], sizes[1], sizes[2]);
  }

  private static TensorShapeProto shape(ValueInfoProto input) throws OnnxException {
    if (!input.getType().hasTensorType()
        || input.getType().getTensorType().getElemType()
            != TensorProto.DataType.FLOAT.getNumber()) {
      throw new OnnxException("input " + input.getName() + " is not of float32");
    }
    TensorShapeProto shape = input.getType().getTensorType().getShape();
    if (shape.getDimCount() != AXES.size() + 1) {
      throw new OnnxException(
          "input %s must be images [N, C, H, W] (%d axes)"
              .formatted(input.getName(), shape.getDimCount()));
    }
    return shape;
  }
}
