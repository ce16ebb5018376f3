package org.espalier.nn.fused;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.wrapper.BaseWrapperLayer;
import org.deeplearning4j.nn.conf.preprocessor.CnnToFeedForwardPreProcessor;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.layers.BaseOutputLayer;
import org.espalier.nn.BatchNorm;
import org.espalier.nn.ChannelMask;
import org.espalier.nn.ChannelScatter;
import org.espalier.nn.Concatenation;
import org.espalier.nn.Convolution;
import org.espalier.nn.GlobalAveragePooling;
import org.espalier.nn.PaddedShortcut;
import org.espalier.nn.PairMix;
import org.espalier.nn.Pooling;
import org.espalier.nn.ResidualSum;
import org.espalier.nn.kernel.Window;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.activations.impl.ActivationReLU;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Turns the vertices of a network into nodes, one by one in topological order. */
abstract class Compiler {
  private final ComputationGraph graph;
  private final Trace trace;
  private final Map<String, Node> nodes = new HashMap<>();
  private final Map<String, Integer> readers = new HashMap<>();
  private final List<Node> inOrder = new ArrayList<>();
  private InputNode input;
  private HeadNode head;

  Compiler(ComputationGraph graph, Trace trace) {
    this.graph = graph;
    this.trace = trace;
  }

  /**
   * Makes all nodes.
   *
   * @param size of the network's images
   */
  final void read(Size size) throws Unsupported {
    ComputationGraphConfiguration configuration = graph.getConfiguration();
    if (graph.getNumInputArrays() != 1 || graph.getNumOutputArrays() != 1) {
      throw new Unsupported("it has more than one input or output");
    }
    if (graph.params().dataType() != DataType.FLOAT) {
      throw new Unsupported("its parameters are not float32");
    }
    configuration
        .getVertexInputs()
        .values()
        .forEach(names -> names.forEach(name -> readers.merge(name, 1, Integer::sum)));
    String images = configuration.getNetworkInputs().get(0);
    input = new InputNode(trace, size);
    nodes.put(images, input);
    inOrder.add(input);
    for (int vertex : graph.topologicalSortOrder()) {
      String name = graph.getVertices()[vertex].getVertexName();
      if (!name.equals(images)) {
        read(
            name, configuration.getVertices().get(name), configuration.getVertexInputs().get(name));
      }
    }
    if (head == null) {
      throw new Unsupported("it has no output layer on pooled features");
    }
  }

  private void read(String name, GraphVertex vertex, List<String> inputNames) throws Unsupported {
    List<Node> inputs = new ArrayList<>();
    for (String inputName : inputNames) {
      Node node = nodes.get(inputName);
      if (node == null) {
        throw new Unsupported("vertex " + inputName + " is read behind the output layer");
      }
      inputs.add(node);
    }
    Node node;
    if (vertex instanceof ResidualSum sum) {
      node = sum(inputs, inputNames, sum.isRelu());
    } else if (vertex instanceof Concatenation) {
      node = new ConcatenationNode(trace, inputs);
    } else if (vertex instanceof LayerVertex layer && takesImages(name, layer)) {
      node = read(name, wrapped(name, layer), inputs.get(0), inputNames.get(0));
    } else {
      throw new Unsupported("vertex " + name + " is of an unknown kind");
    }
    if (node != null && readers.getOrDefault(name, 0) > 1) {
      node.share();
    }
    if (node != null && nodes.put(name, node) == null && !inOrder.contains(node)) {
      inOrder.add(node);
    }
  }

  /** Whether a layer has no preprocessor, or the one before a dense layer. */
  private boolean takesImages(String name, LayerVertex vertex) {
    return vertex.getPreProcessor() == null
        || (vertex.getPreProcessor() instanceof CnnToFeedForwardPreProcessor flattening
            && nhwc(flattening.getFormat())
            && wrapped(name, vertex) instanceof DenseLayer);
  }

  /** A layer's configuration, or what is inside a wrapper that is asked for the rest. */
  private org.deeplearning4j.nn.conf.layers.Layer wrapped(String name, LayerVertex vertex) {
    Layer runtime = graph.getLayer(name);
    org.deeplearning4j.nn.conf.layers.Layer layer = vertex.getLayerConf().getLayer();
    return runtime instanceof WeightMaker || runtime instanceof FreezableStatistics
        ? ((BaseWrapperLayer) layer).getUnderlying()
        : layer;
  }

  private Node read(
      String name, org.deeplearning4j.nn.conf.layers.Layer layer, Node below, String belowName)
      throws Unsupported {
    require(layer.getIDropout() == null, name, "has dropout");
    Layer runtime = graph.getLayer(name);
    if (runtime instanceof Rounder rounder) {
      require(
          trace.activations() == Element.F32, name, "rounds more finely than activations are kept");
      return rounding(rounder, runtime, below);
    }
    if (layer instanceof BaseLayer base) {
      require(base.getWeightNoise() == null, name, "has weight noise");
    }
    if (layer instanceof Convolution || layer instanceof DepthwiseConvolution2D) {
      ConvolutionLayer convolution = (ConvolutionLayer) layer;
      check(name, convolution);
      return convolution(convolution, shape(convolution, below), runtime, below);
    } else if (layer instanceof BatchNorm norm) {
      require(
          !norm.isLockGammaBeta() && !norm.isUseLogStd() && nhwc(norm.getCnn2DFormat()),
          name,
          "has settings that are not compiled");
      return batchNorm(norm, runtime, below, readers.get(belowName) == 1);
    } else if (layer instanceof PaddedShortcut shortcut) {
      require(
          below.height() % shortcut.stride() == 0 && below.width() % shortcut.stride() == 0,
          name,
          "does not divide its input's size");
      return new ShortcutNode(trace, below, shortcut.stride(), shortcut.before(), shortcut.after());
    } else if (layer instanceof ChannelMask mask) {
      float[] factors = new float[mask.width()];
      for (int channel : mask.kept()) {
        factors[channel] = 1;
      }
      return ScaleNode.mask(trace, below, factors);
    } else if (layer instanceof ChannelScatter scatter) {
      return scatter(scatter, below);
    } else if (layer instanceof PairMix mix) {
      require(below.size().pixels() % 2 == 0, name, "has an odd number of pixels");
      return pairMix(runtime.getParam(mix.factorName()), below);
    } else if (layer instanceof GlobalAveragePooling) {
      Window whole = new Window(below.height(), below.width(), 1, 1, 0, 0);
      return pooling(below, whole, false);
    } else if (layer instanceof Pooling pooling) {
      check(name, pooling);
      return pooling(
          below,
          Window.of(pooling.getKernelSize(), pooling.getStride(), pooling.getPadding()),
          pooling.getPoolingType() == PoolingType.MAX);
    } else if (layer instanceof ActivationLayer activation) {
      Relu relu =
          Relu.of(activation.getActivationFn())
              .orElseThrow(() -> new Unsupported("layer " + name + " is of an unknown kind"));
      return below.rectifyAlone(relu) ? below : new ReluNode(trace, below, relu);
    } else if (layer instanceof DenseLayer dense) {
      check(name, dense);
      ConvolutionShape shape = ConvolutionShape.dense(below.size(), (int) dense.getNOut());
      Node node = convolution(dense, shape, runtime, below);
      if (dense.getActivationFn() instanceof ActivationReLU) {
        node.rectify(Relu.PLAIN);
      }
      return node;
    } else if (isOutput(runtime) && below.size().pixels() == 1) {
      head = new HeadNode(trace, below);
      inOrder.add(head);
      return null;
    }
    throw new Unsupported("layer " + name + " is of an unknown kind");
  }

  private static boolean isOutput(Layer runtime) {
    return (runtime instanceof WeightMaker maker ? maker.computing() : runtime)
        instanceof BaseOutputLayer;
  }

  private static void check(String name, ConvolutionLayer convolution) throws Unsupported {
    require(
        convolution.getConvolutionMode() == ConvolutionMode.Truncate
            && nhwc(convolution.getCnn2dDataFormat())
            && convolution.getActivationFn() instanceof ActivationIdentity,
        name,
        "has settings that are not compiled");
  }

  private static void check(String name, DenseLayer dense) throws Unsupported {
    require(
        !dense.hasLayerNorm()
            && (dense.getActivationFn() instanceof ActivationIdentity
                || dense.getActivationFn().equals(new ActivationReLU())),
        name,
        "has settings that are not compiled");
  }

  private static void check(String name, Pooling pooling) throws Unsupported {
    require(
        pooling.getConvolutionMode() == ConvolutionMode.Truncate
            && nhwc(pooling.getCnn2dDataFormat())
            && pooling.getDilation()[0] == 1
            && pooling.getDilation()[1] == 1
            && (pooling.getPoolingType() == PoolingType.MAX
                || (pooling.getPoolingType() == PoolingType.AVG
                    && !pooling.isAvgPoolIncludePadInDivisor())),
        name,
        "has settings that are not compiled");
  }

  private static boolean nhwc(CNN2DFormat format) {
    return format == CNN2DFormat.NHWC;
  }

  private static void require(boolean holds, String layer, String otherwise) throws Unsupported {
    if (!holds) {
      throw new Unsupported("layer " + layer + " " + otherwise);
    }
  }

  /** A convolution, or a dense layer seen as one, before its activation function. */
  abstract Node convolution(BaseLayer layer, ConvolutionShape shape, Layer runtime, Node below);

  /**
   * A batch normalisation.
   *
   * @param alone whether nothing else reads what it normalises
   */
  abstract Node batchNorm(BatchNorm layer, Layer runtime, Node below, boolean alone);

  /** A layer that rounds; only where activations are float32. */
  abstract Node rounding(Rounder rounder, Layer runtime, Node below);

  abstract Node sum(List<Node> inputs, List<String> inputNames, boolean relu);

  abstract Node pairMix(INDArray factors, Node below);

  abstract Node scatter(ChannelScatter layer, Node below);

  abstract Node pooling(Node below, Window window, boolean maximum);

  static ConvolutionShape shape(ConvolutionLayer layer, Node below) {
    boolean depthwise = layer instanceof DepthwiseConvolution2D;
    return new ConvolutionShape(
        below.size(),
        (int) layer.getNOut(),
        Window.of(layer.getKernelSize(), layer.getStride(), layer.getPadding()),
        layer.getDilation()[0],
        layer.getDilation()[1],
        depthwise ? ConvolutionShape.Kind.DEPTHWISE : ConvolutionShape.Kind.ALL_CHANNELS);
  }

  /** A scatter as a 1x1 convolution. */
  static ConvolutionShape shape(ChannelScatter layer, Node below) {
    Window one = new Window(1, 1, 1, 1, 0, 0);
    return new ConvolutionShape(
        below.size(), layer.width(), one, 1, 1, ConvolutionShape.Kind.ALL_CHANNELS);
  }

  /** The weights of that convolution. */
  static float[] weights(ChannelScatter layer) {
    int[] kept = layer.kept();
    float[] weights = new float[kept.length * layer.width()];
    for (int i = 0; i < kept.length; i++) {
      weights[kept[i] * kept.length + i] = 1;
    }
    return weights;
  }

  static long address(INDArray array) {
    return array.data().addressPointer().address();
  }

  /** Whether exactly one vertex reads this one. */
  final boolean readOnce(String name) {
    return readers.get(name) == 1;
  }

  final ComputationGraph graph() {
    return graph;
  }

  final Trace trace() {
    return trace;
  }

  /** All nodes in topological order. */
  final List<Node> nodes() {
    return inOrder;
  }

  final InputNode input() {
    return input;
  }

  final HeadNode head() {
    return head;
  }
}
