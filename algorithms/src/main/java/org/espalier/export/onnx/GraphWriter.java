package org.espalier.export.onnx;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import onnx.Onnx.AttributeProto;
import onnx.Onnx.GraphProto;
import onnx.Onnx.NodeProto;
import onnx.Onnx.TensorProto;
import onnx.Onnx.TensorShapeProto;
import onnx.Onnx.TypeProto;
import onnx.Onnx.ValueInfoProto;
import org.nd4j.shade.protobuf.ByteString;

/**
 * An ONNX graph under construction: inputs, outputs, constants and nodes.
 *
 * <p>Constants and tensors share one name space; a name that is taken gets a number behind it.
 */
final class GraphWriter {
  private static final String BATCH = "N";

  private final GraphProto.Builder graph = GraphProto.newBuilder();
  private final Set<String> tensors = new HashSet<>();
  private final Set<String> nodes = new HashSet<>();
  private final Map<Integer, String> zeros = new HashMap<>();
  private final Map<List<Long>, String> lists = new HashMap<>();

  /** A graph that has inputs and outputs already; tensors of these names are still to be made. */
  static GraphWriter between(List<ValueInfoProto> inputs, List<ValueInfoProto> outputs) {
    GraphWriter writer = new GraphWriter();
    writer.graph.addAllInput(inputs).addAllOutput(outputs);
    inputs.forEach(input -> writer.tensors.add(input.getName()));
    return writer;
  }

  /** Adds an input of float32; the batch goes before the shape. */
  String input(String name, long... shape) {
    graph.addInput(info(unique(tensors, name), shape));
    return name;
  }

  /** Makes a tensor an output; the batch goes before the shape. */
  void output(String tensor, long... shape) {
    graph.addOutput(info(tensor, shape));
  }

  private static ValueInfoProto info(String name, long... shape) {
    TensorShapeProto.Builder dimensions = TensorShapeProto.newBuilder();
    dimensions.addDimBuilder().setDimParam(BATCH);
    Arrays.stream(shape).forEach(size -> dimensions.addDimBuilder().setDimValue(size));
    TypeProto.Tensor.Builder tensor =
        TypeProto.Tensor.newBuilder()
            .setElemType(TensorProto.DataType.FLOAT.getNumber())
            .setShape(dimensions);
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(TypeProto.newBuilder().setTensorType(tensor))
        .build();
  }

  /** Adds float32 numbers; returns their name. */
  String floats(String name, float[] values, long... shape) {
    ByteBuffer bytes = littleEndian(Float.BYTES * values.length);
    bytes.asFloatBuffer().put(values);
    return constant(name, TensorProto.DataType.FLOAT, bytes, shape);
  }

  /** Adds a list of int64 numbers, where it is not there yet; returns its name. */
  String longs(String name, long... values) {
    return lists.computeIfAbsent(
        Arrays.stream(values).boxed().toList(),
        key -> {
          ByteBuffer bytes = littleEndian(Long.BYTES * values.length);
          bytes.asLongBuffer().put(values);
          return constant(name, TensorProto.DataType.INT64, bytes, values.length);
        });
  }

  /** Adds int32 numbers; returns their name. */
  String integers(String name, int[] values, long... shape) {
    ByteBuffer bytes = littleEndian(Integer.BYTES * values.length);
    bytes.asIntBuffer().put(values);
    return constant(name, TensorProto.DataType.INT32, bytes, shape);
  }

  /** Adds int8 numbers; returns their name. */
  String signedBytes(String name, byte[] values, long... shape) {
    return constant(name, TensorProto.DataType.INT8, ByteBuffer.wrap(values), shape);
  }

  /** Adds so many zeros of int8, where they are not there yet; returns their name. */
  String signedZeros(int count) {
    return zeros.computeIfAbsent(count, key -> signedBytes("zeros" + key, new byte[key], key));
  }

  /** Adds one uint8 number, from 0 to 255; returns its name. */
  String unsignedByte(String name, int value) {
    return constant(name, TensorProto.DataType.UINT8, ByteBuffer.wrap(new byte[] {(byte) value}));
  }

  private static ByteBuffer littleEndian(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Adds a constant of another graph, of which no name is taken; returns its name. */
  String constant(TensorProto constant) {
    tensors.add(constant.getName());
    graph.addInitializer(constant);
    return constant.getName();
  }

  private String constant(
      String name, TensorProto.DataType type, ByteBuffer content, long... shape) {
    TensorProto.Builder tensor =
        TensorProto.newBuilder()
            .setName(unique(tensors, name))
            .setDataType(type.getNumber())
            .setRawData(ByteString.copyFrom(content));
    Arrays.stream(shape).forEach(tensor::addDims);
    graph.addInitializer(tensor);
    return tensor.getName();
  }

  /**
   * Adds a node of one output.
   *
   * @param type the operator
   * @param name the node's name; empty for none
   * @param output the name of the tensor that it makes
   * @param inputs what it reads, in order
   * @return the tensor's name
   */
  String node(
      String type, String name, String output, List<String> inputs, AttributeProto... attributes) {
    String made = unique(tensors, output);
    graph.addNode(
        NodeProto.newBuilder()
            .setOpType(type)
            .setName(name.isEmpty() ? name : unique(nodes, name))
            .addAllInput(inputs)
            .addOutput(made)
            .addAllAttribute(List.of(attributes)));
    return made;
  }

  private static String unique(Set<String> taken, String wanted) {
    String name = wanted;
    for (int i = 2; !taken.add(name); i++) {
      name = wanted + "/" + i;
    }
    return name;
  }

  GraphProto build(String name) {
    return graph.setName(name).build();
  }
}
