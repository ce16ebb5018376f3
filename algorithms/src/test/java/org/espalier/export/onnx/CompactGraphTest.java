package org.espalier.export.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import onnx.Onnx.GraphProto;
import onnx.Onnx.ModelProto;
import onnx.Onnx.NodeProto;
import onnx.Onnx.TensorProto;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.espalier.quantize.network.QuantizedNetwork;
import org.espalier.quantize.ptq.Ptq;
import org.espalier.zoo.CifarResNet;
import org.espalier.zoo.LeNet5;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CompactGraphTest {
  private static final int RGB = 3;
  private static final int SIDE = 32;

  @ParameterizedTest
  @CsvSource({"20, false", "20, true", "56, false", "56, true"})
  void integersOfAResNetTakeAQuarterOfTheFloats(int depth, boolean slim) {
    ComputationGraph network = network(CifarResNet.builder(depth).build());
    assertThat(share(slim ? slimmed(network) : network, SIDE, RGB)).isLessThan(0.27);
  }

  @Test
  void integersOfALeNetTakeAQuarterOfTheFloats() {
    assertThat(share(network(LeNet5.builder().build()), 28, 1)).isLessThan(0.27);
  }

  @Test
  void whatIsLookedForKeepsItsName() throws IOException {
    ComputationGraph deployed = deployed(network(CifarResNet.builder(20).build()), SIDE, RGB);
    GraphProto graph = ModelProto.parseFrom(bytes(deployed, SIDE, RGB)).getGraph();
    QuantizedNetwork integers = QuantizedNetwork.of(deployed);
    List<String> weights = new ArrayList<>();
    integers.layers().forEach(layer -> weights.add(layer.name() + ".weight"));
    assertThat(graph.getInitializerList()).extracting(TensorProto::getName).containsAll(weights);
    assertThat(graph.getNodeList())
        .filteredOn(node -> node.getOpType().equals("DequantizeLinear"))
        .extracting(node -> node.getOutput(0))
        .containsAll(integers.activations().keySet());
    assertThat(graph.getNodeList()).extracting(NodeProto::getName).containsOnly("");
  }

  private static ComputationGraph network(ComputationGraphConfiguration configuration) {
    ComputationGraph network = new ComputationGraph(configuration);
    network.init();
    return network;
  }

  private static double share(ComputationGraph network, int side, int channels) {
    return (double) bytes(deployed(network, side, channels), side, channels).length
        / bytes(network, side, channels).length;
  }

  private static ComputationGraph deployed(ComputationGraph network, int side, int channels) {
    return new Ptq(8)
        .convert(network, List.of(Subjects.nhwc(Subjects.images(2, channels, side, side))));
  }

  private static byte[] bytes(ComputationGraph network, int side, int channels) {
    return OnnxExport.of(network, Subjects.nhwc(side, side, channels)).build().bytes();
  }

  private static ComputationGraph slimmed(ComputationGraph network) {
    return Subjects.without(channel -> channel % 3 == 0, network, Subjects.nhwc(SIDE, SIDE, RGB));
  }
}
