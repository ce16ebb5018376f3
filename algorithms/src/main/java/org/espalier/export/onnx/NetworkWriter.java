package org.espalier.export.onnx;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import onnx.Onnx.GraphProto;
import org.deeplearning4j.nn.conf.graph.PreprocessorVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.espalier.graph.NetworkGraph;
import org.espalier.graph.Node;
import org.espalier.quantize.layer.FixedActivation;
import org.espalier.quantize.layer.FixedWeights;
import org.espalier.quantize.layer.QuantizedLayer;
import org.espalier.quantize.network.QuantizedNetwork;

/** Writes a network as an ONNX graph, vertex after vertex. */
final class NetworkWriter {
  private final ComputationGraph network;
  private final NetworkGraph nodes;
  private final GraphWriter graph = new GraphWriter();
  private final Map<String, InputType> types = new HashMap<>();
  private final Map<String, String> tensors = new HashMap<>();
  private QuantizedNetwork integers;

  NetworkWriter(ComputationGraph network, InputType input) {
    this.network = network;
    this.nodes = NetworkGraph.of(network);
    types.putAll(nodes.shapes(input));
    String name = nodes.inputs().get(0);
    types.put(name, input);
    tensors.put(name, graph.input(name, Images.shape(input)));
  }

  GraphProto write() {
    Map<String, ActivationGrid> grids = new HashMap<>();
    for (Node node : nodes.nodes()) {
      String tensor = write(node).write();
      tensors.put(node.name(), tensor);
      if (node.layer() instanceof FixedActivation activation) {
        grids.put(tensor, ActivationGrid.of(activation.quantization()));
      }
    }
    for (String output : nodes.outputs()) {
      String tensor = tensors.get(output);
      if (!tensor.equals(output)) {
        tensor = graph.node("Identity", output, output, List.of(tensor));
      }
      graph.output(tensor, Images.shape(types.get(output)));
    }
    GraphProto written = graph.build("espalier");
    return grids.isEmpty()
        ? written
        : new CompactGraph(new IntegerGraph(written, grids).write(), grids.keySet()).write();
  }

  private WeightWriter weights(Node node) {
    return node.layer() instanceof QuantizedLayer quantized
            && quantized.quantizer() instanceof FixedWeights
        ? new IntegerWeightWriter(integers().layer(node.name()))
        : Constants::weights;
  }

  private QuantizedNetwork integers() {
    if (integers == null) {
      integers = QuantizedNetwork.of(network);
    }
    return integers;
  }

  private Chain write(Node node) {
    List<String> inputs = node.inputs().stream().map(tensors::get).toList();
    InputType in = types.get(node.inputs().get(0));
    Chain chain = new Chain(graph, node.name(), inputs.get(0));
    LayerWriter writer =
        new LayerWriter(
            chain,
            in,
            types.get(node.name()),
            network.getVertex(node.name()).paramTable(false),
            weights(node));
    if (node.layer() != null) {
      return writer.write(node.layer(), node.preprocessor());
    }
    if (node.vertex() instanceof PreprocessorVertex vertex) {
      return writer.preprocess(vertex.getPreProcessor()).chain();
    }
    return VertexWriter.write(chain, node.vertex(), inputs.subList(1, inputs.size()), in);
  }
}
