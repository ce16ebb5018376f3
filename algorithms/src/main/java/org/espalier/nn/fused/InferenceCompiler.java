package org.espalier.nn.fused;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.espalier.nn.BatchNorm;
import org.espalier.nn.ChannelScatter;
import org.espalier.nn.kernel.Window;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Makes the program of a forward pass with running statistics: a single phase, in which
 * convolutions take in what follows them.
 */
final class InferenceCompiler extends Compiler {
  private final List<Runnable> refreshments = new ArrayList<>();

  private InferenceCompiler(ComputationGraph graph, Trace trace) {
    super(graph, trace);
  }

  /** Compiles a network for images of one size. */
  static InferenceCompiler compile(ComputationGraph graph, Element activations, Size images)
      throws Unsupported {
    InferenceCompiler compiler = new InferenceCompiler(graph, new Trace(activations));
    compiler.read(images);
    compiler.refresh();
    compiler.nodes().forEach(Node::forward);
    return compiler;
  }

  /** Takes in the parameters as they are now. */
  void refresh() {
    refreshments.forEach(Runnable::run);
  }

  @Override
  Node convolution(BaseLayer layer, ConvolutionShape shape, Layer runtime, Node below) {
    Layer computing = runtime;
    if (runtime instanceof WeightMaker maker) {
      if (below.grid() != null && maker.codes().isPresent()) {
        IntegerConvolutionNode node =
            new IntegerConvolutionNode(
                trace(),
                below,
                shape,
                () -> maker.codes().orElseThrow(),
                ConvolutionWeights.bias(runtime));
        refreshments.add(node::refresh);
        return node;
      }
      computing = maker.computing();
      refreshments.add(() -> maker.makeWeights(false));
    }
    long address = ConvolutionWeights.address(computing);
    FoldedConvolutionNode node =
        new FoldedConvolutionNode(
            trace(), below, shape, cursor -> address, ConvolutionWeights.bias(computing));
    refreshments.add(node::refresh);
    return node;
  }

  @Override
  Node batchNorm(BatchNorm layer, Layer runtime, Node below, boolean alone) {
    BatchNormParameters norm = BatchNormParameters.of(layer, runtime, 0);
    if (alone
        && below instanceof FoldedConvolutionNode convolution
        && convolution.fold(norm, layer.isRelu())) {
      return convolution;
    }
    return new ScaleNode(trace(), below, norm.running(), layer.isRelu());
  }

  @Override
  Node rounding(Rounder rounder, Layer runtime, Node below) {
    Optional<CodeGrid> codes = rounder.codes();
    if (codes.isPresent()) {
      return below.roundAlone(codes.get()) ? below : new CodingNode(trace(), below, codes.get());
    }
    RoundingNode node = RoundingNode.inference(trace(), below, rounder);
    refreshments.add(node::refresh);
    return node;
  }

  @Override
  Node sum(List<Node> inputs, List<String> inputNames, boolean relu) {
    for (int i = 0; i < 2 && inputs.size() == 2; i++) {
      Node other = inputs.get(1 - i);
      if (inputs.get(i) instanceof FoldedConvolutionNode convolution
          && convolution != other
          && readOnce(inputNames.get(i))
          && convolution.add(other, relu)) {
        return convolution;
      }
    }
    return new ResidualSumNode(trace(), inputs, relu);
  }

  /** Outside training there is nothing to mix. */
  @Override
  Node pairMix(INDArray factors, Node below) {
    return below;
  }

  @Override
  Node scatter(ChannelScatter layer, Node below) {
    FoldedConvolutionNode node =
        FoldedConvolutionNode.scatter(
            trace(), below, shape(layer, below), Block.of(weights(layer)));
    refreshments.add(node::refresh);
    return node;
  }

  @Override
  Node pooling(Node below, Window window, boolean maximum) {
    return new PoolingNode(trace(), below, window, maximum, false);
  }
}
