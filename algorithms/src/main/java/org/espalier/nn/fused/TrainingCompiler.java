package org.espalier.nn.fused;

import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.OptimizationAlgorithm;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.espalier.nn.BatchNorm;
import org.espalier.nn.ChannelScatter;
import org.espalier.nn.kernel.Window;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Makes the program of a forward and a backward pass. */
final class TrainingCompiler extends Compiler {
  private final long gradientsFromParameters;
  private final List<Rounder> rounders = new ArrayList<>();
  private GradientRanges gradientRanges;

  private TrainingCompiler(ComputationGraph graph, Trace trace) {
    super(graph, trace);
    gradientsFromParameters = address(graph.getGradientsViewArray()) - address(graph.params());
  }

  /** Compiles a network for images of one size. */
  static TrainingCompiler compile(ComputationGraph graph, Element activations, Size images)
      throws Unsupported {
    OptimizationAlgorithm algorithm = graph.conf().getOptimizationAlgo();
    if (algorithm != OptimizationAlgorithm.STOCHASTIC_GRADIENT_DESCENT) {
      throw new Unsupported("it is trained by " + algorithm);
    }
    if (graph.getGradientsViewArray() == null) {
      graph.initGradientsView();
    }
    TrainingCompiler compiler = new TrainingCompiler(graph, new Trace(activations));
    compiler.read(images);
    compiler.emit();
    return compiler;
  }

  private void emit() {
    List<Node> nodes = nodes();
    nodes.forEach(Node::forward);
    trace().turn();
    head().goBackFrom(trace().phases());
    for (int i = nodes.size() - 1; i >= 0; i--) {
      nodes.get(i).goBack();
    }
    INDArray output = graph().getOutputLayer(0).params();
    trace()
        .phase(head().level())
        .writes(address(output) + gradientsFromParameters, output.length());
    INDArray gradients = graph().getGradientsViewArray();
    gradientRanges = new GradientRanges(trace().complete(), address(gradients), gradients.length());
  }

  /** Whether no layer must see a batch for itself before the program can run. */
  boolean isReady() {
    return rounders.stream().allMatch(Rounder::isReady);
  }

  /** When which gradients are done. */
  GradientRanges gradientRanges() {
    return gradientRanges;
  }

  @Override
  Node convolution(BaseLayer layer, ConvolutionShape shape, Layer runtime, Node below) {
    ConvolutionWeights weights = ConvolutionWeights.of(layer, runtime, gradientsFromParameters);
    return new ConvolutionNode(trace(), below, shape, weights);
  }

  @Override
  Node batchNorm(BatchNorm layer, Layer runtime, Node below, boolean alone) {
    BatchNormParameters parameters =
        BatchNormParameters.of(layer, runtime, gradientsFromParameters);
    return new BatchNormNode(trace(), below, parameters, layer.isRelu());
  }

  @Override
  Node rounding(Rounder rounder, Layer runtime, Node below) {
    rounders.add(rounder);
    long stepGradient = rounder.learns() ? address(runtime.params()) + gradientsFromParameters : 0;
    return RoundingNode.training(trace(), below, rounder, stepGradient);
  }

  @Override
  Node sum(List<Node> inputs, List<String> inputNames, boolean relu) {
    return new ResidualSumNode(trace(), inputs, relu);
  }

  @Override
  Node pairMix(INDArray factors, Node below) {
    long address = address(factors);
    return new PairMixNode(trace(), below, cursor -> address, address + gradientsFromParameters);
  }

  @Override
  Node scatter(ChannelScatter layer, Node below) {
    ConvolutionWeights weights = ConvolutionWeights.constant(weights(layer));
    return new ConvolutionNode(trace(), below, shape(layer, below), weights);
  }

  @Override
  Node pooling(Node below, Window window, boolean maximum) {
    return new PoolingNode(trace(), below, window, maximum, true);
  }
}
