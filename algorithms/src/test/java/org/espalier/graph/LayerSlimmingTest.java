package org.espalier.graph;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.FrozenVertex;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.L2NormalizeVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.graph.PreprocessorVertex;
import org.deeplearning4j.nn.conf.graph.ReshapeVertex;
import org.deeplearning4j.nn.conf.graph.ScaleVertex;
import org.deeplearning4j.nn.conf.graph.ShiftVertex;
import org.deeplearning4j.nn.conf.graph.StackVertex;
import org.deeplearning4j.nn.conf.graph.UnstackVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LocalResponseNormalization;
import org.deeplearning4j.nn.conf.layers.LocallyConnected2D;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PReLULayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SpaceToDepthLayer;
import org.deeplearning4j.nn.conf.layers.Upsampling2D;
import org.deeplearning4j.nn.conf.layers.ZeroPaddingLayer;
import org.deeplearning4j.nn.conf.layers.convolutional.Cropping2D;
import org.deeplearning4j.nn.conf.layers.misc.ElementWiseMultiplicationLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayerWithBackprop;
import org.deeplearning4j.nn.conf.preprocessor.CnnToFeedForwardPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.FeedForwardToCnnPreProcessor;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.espalier.nn.BatchNorm;
import org.espalier.nn.ChannelMask;
import org.espalier.nn.ChannelScatter;
import org.espalier.nn.Concatenation;
import org.espalier.nn.Convolution;
import org.espalier.nn.PaddedShortcut;
import org.espalier.nn.Pooling;
import org.espalier.nn.ResidualSum;
import org.espalier.prune.scop.ControlFactor;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;

/**
 * One kind of layer or vertex at a time, between a convolution of six channels and the rest: three
 * of them go, and slim computes what masked does; or none can, for a reason.
 */
class LayerSlimmingTest {
  private static final int[] GONE = {0, 2, 3};
  private static final CNN2DFormat NCHW = CNN2DFormat.NCHW;
  private static final CNN2DFormat NHWC = CNN2DFormat.NHWC;

  record Kind(
      String name, CNN2DFormat format, String reason, BiConsumer<GraphBuilder, String> between) {
    InputType type() {
      return InputType.convolutional(6, 6, 3, format);
    }

    /** The network: first, what is between (its last vertex is "x"), third, pool, output. */
    ComputationGraph network() {
      GraphBuilder graph =
          new NeuralNetConfiguration.Builder()
              .seed(3)
              .dataType(DataType.FLOAT)
              .convolutionMode(ConvolutionMode.Same)
              .updater(new Adam(0.01))
              .graphBuilder()
              .addInputs("input")
              .setInputTypes(type())
              .addLayer("first", convolution(3, 6), "input");
      between.accept(graph, "first");
      ComputationGraph network =
          new ComputationGraph(
              graph
                  .addLayer("third", convolution(3, 4), "x")
                  .addLayer("pool", new GlobalPoolingLayer(PoolingType.AVG), "third")
                  .addLayer(
                      "output",
                      new OutputLayer.Builder().nOut(3).activation(Activation.SOFTMAX).build(),
                      "pool")
                  .setOutputs("output")
                  .build());
      network.init();
      return network;
    }

    @Override
    public String toString() {
      return name + " " + format;
    }
  }

  static Stream<Kind> kinds() {
    return Stream.of(
        layer(NCHW, new BatchNormalization.Builder().build()),
        layer(NHWC, BatchNorm.builder().relu(true).build()),
        layer(NCHW, new BatchNormalization.Builder(true).gamma(2).beta(0.3).build()),
        layer(NCHW, new ActivationLayer(Activation.SIGMOID)),
        layer(NHWC, new ActivationLayer(Activation.SOFTPLUS)),
        layer(NCHW, new DropoutLayer(0.5)),
        layer(NCHW, new Upsampling2D.Builder(2).build()),
        layer(NCHW, new ZeroPaddingLayer(1, 2)),
        layer(NCHW, new Cropping2D(1, 1)),
        layer(NCHW, new SpaceToDepthLayer.Builder<>(2, NCHW).build()),
        layer(NHWC, new SpaceToDepthLayer.Builder<>(2, NHWC).build()),
        layer(NHWC, Pooling.max(2, 2).build()),
        layer(NCHW, new PReLULayer.Builder().inputShape(6, 6, 6).sharedAxes(2, 3).build()),
        layer(NCHW, new PReLULayer.Builder().inputShape(6, 6, 6).build()),
        layer(NHWC, PaddedShortcut.builder(2, 1, 2).build()),
        layer(NHWC, new ChannelMask(6, 0, 1, 4)),
        layer(NHWC, new ChannelScatter(8, 7, 1, 2, 0, 5, 3)),
        layer(NHWC, new ControlFactor(6, new Adam(0.1), true)),
        layer(NHWC, Convolution.builder(1, 1).nIn(6).nOut(5).build()),
        layer(
            NCHW,
            new FrozenLayer.Builder().layer(new BatchNormalization.Builder().build()).build()),
        layer(NCHW, new FrozenLayerWithBackprop(convolution(1, 5))),
        layer(
            NHWC, new FrozenLayer.Builder().layer(PaddedShortcut.builder(1, 1, 1).build()).build()),
        vertex(NCHW, new ScaleVertex(0.5)),
        vertex(NCHW, new ShiftVertex(0.5)),
        vertex(NCHW, new L2NormalizeVertex()),
        vertex(NCHW, new FrozenVertex(new ScaleVertex(2))),
        kind("Flatten", NCHW, "", (graph, at) -> features(graph, at, dense(12), "dense")),
        kind("Flatten", NHWC, "", (graph, at) -> features(graph, at, dense(12), "dense")),
        kind(
            "FeaturesInPlace",
            NHWC,
            "",
            (graph, at) ->
                features(
                    graph,
                    at,
                    new ElementWiseMultiplicationLayer.Builder()
                        .nOut(216)
                        .activation(Activation.TANH)
                        .build(),
                    "scaled")),
        kind("ThereAndBack", NCHW, "", LayerSlimmingTest::thereAndBack),
        kind("StackAndUnstack", NCHW, "", LayerSlimmingTest::stacked),
        kind("Concatenation", NHWC, "", (graph, at) -> both(graph, at, new Concatenation())),
        kind("Merge", NHWC, "", (graph, at) -> both(graph, at, new MergeVertex())),
        kind("ResidualSum", NHWC, "", (graph, at) -> both(graph, at, new ResidualSum(true))),
        fixed(
            NCHW,
            "x normalises each channel by its neighbours",
            new LocalResponseNormalization.Builder().build()),
        fixed(NCHW, "the softmax of x mixes all channels", new ActivationLayer(Activation.SOFTMAX)),
        fixed(
            NCHW,
            "x is not supported (LocallyConnected2D)",
            new LocallyConnected2D.Builder().kernelSize(1, 1).nOut(3).setInputSize(6, 6).build()),
        kind(
            "LoudL2Normalize",
            NCHW,
            "x normalises over all channels, and they are not silent",
            (graph, at) ->
                graph
                    .addVertex("shift", new ShiftVertex(0.5), at)
                    .addVertex("x", new L2NormalizeVertex(), "shift")),
        kind(
            "Reshape",
            NCHW,
            "x is not supported (ReshapeVertex)",
            (graph, at) ->
                graph.addVertex("x", new ReshapeVertex('c', new int[] {-1, 6, 6, 6}, null), at)));
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void slimComputesWhatMaskedDoes(Kind kind) {
    long[] shape = kind.type().getShape(true);
    shape[0] = 2;
    INDArray images = Nd4j.rand(DataType.FLOAT, shape);
    ComputationGraph network = Shaken.with(kind.network(), 4, images);
    ChannelGroups groups = ChannelGroups.of(network, kind.type());
    ChannelGroup first = groups.group("first");
    assertThat(first.channels()).isEqualTo(6);
    assertThat(first.fixedReason().orElse("")).isEqualTo(kind.reason());
    if (!first.isFixed()) {
      Pruned pruned = Pruned.of(network, groups, Map.of("first", GONE));
      assertThat(pruned.difference(images)).isLessThan(1e-5);
      assertThat(pruned.slim().getParam("first_W").size(0)).isEqualTo(3);
      assertThat(pruned.slim().numParams()).isLessThan(network.numParams());
    }
  }

  private static Kind kind(
      String name, CNN2DFormat format, String reason, BiConsumer<GraphBuilder, String> between) {
    return new Kind(name, format, reason, between);
  }

  private static Kind layer(CNN2DFormat format, Layer layer) {
    return fixed(format, "", layer);
  }

  private static Kind fixed(CNN2DFormat format, String reason, Layer layer) {
    return kind(
        layer.getClass().getSimpleName(),
        format,
        reason,
        (graph, at) -> graph.addLayer("x", layer, at));
  }

  private static Kind vertex(CNN2DFormat format, GraphVertex vertex) {
    return kind(
        vertex.getClass().getSimpleName(),
        format,
        "",
        (graph, at) -> graph.addVertex("x", vertex, at));
  }

  private static ConvolutionLayer convolution(int kernel, int width) {
    return new ConvolutionLayer.Builder(kernel, kernel)
        .nOut(width)
        .activation(Activation.RELU)
        .build();
  }

  private static DenseLayer dense(int width) {
    return new DenseLayer.Builder().nOut(width).activation(Activation.RELU).build();
  }

  /** Flattens the image, and makes one of the layer's features again. */
  private static void features(GraphBuilder graph, String at, Layer layer, String name) {
    graph
        .addLayer(name, layer, at)
        .addLayer("narrow", dense(8), name)
        .addVertex(
            "x", new PreprocessorVertex(new FeedForwardToCnnPreProcessor(2, 2, 2)), "narrow");
  }

  /** Flattens the image and makes it an image again, so that features are tied to channels. */
  private static void thereAndBack(GraphBuilder graph, String at) {
    graph
        .addVertex("flat", new PreprocessorVertex(new CnnToFeedForwardPreProcessor(6, 6, 6)), at)
        .addVertex("x", new PreprocessorVertex(new FeedForwardToCnnPreProcessor(6, 6, 6)), "flat");
  }

  private static void stacked(GraphBuilder graph, String at) {
    graph
        .addLayer("other", convolution(1, 6), at)
        .addVertex("stack", new StackVertex(), at, "other")
        .addVertex("x", new UnstackVertex(0, 2), "stack");
  }

  private static void both(GraphBuilder graph, String at, GraphVertex vertex) {
    graph.addLayer("other", convolution(3, 6), at).addVertex("x", vertex, at, "other");
  }
}
