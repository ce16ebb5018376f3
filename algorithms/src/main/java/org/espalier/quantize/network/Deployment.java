package org.espalier.quantize.network;

import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.params.ConvolutionParamInitializer;
import org.espalier.graph.ChannelAffine;
import org.espalier.graph.NetworkGraph;
import org.espalier.graph.NewNode;
import org.espalier.graph.Node;
import org.espalier.nn.BatchNorm;
import org.espalier.quantize.Quantization;
import org.espalier.quantize.layer.ActivationQuantizer;
import org.espalier.quantize.layer.FixedActivation;
import org.espalier.quantize.layer.FixedWeights;
import org.espalier.quantize.layer.FreezingNormalization;
import org.espalier.quantize.layer.IntegerWeights;
import org.espalier.quantize.layer.NormalizedWeights;
import org.espalier.quantize.layer.QuantizedLayer;
import org.espalier.quantize.layer.WeightLayout;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Makes of a network in training form the one that is deployed.
 *
 * <p>Weights become the numbers of their integers on {@link FixedWeights fixed grids}; activations
 * are rounded by {@link FixedActivation}. Batch normalisation behind a convolution goes into its
 * scales, the signs of its integers and its bias, exactly: where normalisation multiplies a channel
 * with f, scale s and integer q become s |f| and q sign(f), so that no weight is rounded twice. A
 * ReLU that was fused into the normalisation becomes a layer of the normalisation's name.
 */
public final class Deployment {
  private static final String BIAS = ConvolutionParamInitializer.BIAS_KEY;

  private final ComputationGraph trained;
  private final NetworkGraph graph;

  private Deployment(ComputationGraph trained) {
    this.trained = trained;
    this.graph = NetworkGraph.of(trained);
  }

  /**
   * Returns a network in deployment form; the one given stays.
   *
   * @throws IllegalArgumentException when no layer of the network is quantised, or an activation
   *     has no range yet
   */
  public static ComputationGraph of(ComputationGraph trained) {
    return new Deployment(trained).build();
  }

  /** Returns whether a network has quantised layers in training form. */
  public static boolean isFor(ComputationGraph network) {
    return NetworkGraph.of(network).nodes().stream()
        .map(Node::layer)
        .anyMatch(
            layer ->
                layer instanceof NormalizedWeights
                    || (layer instanceof QuantizedLayer quantized
                        && !(quantized.quantizer() instanceof FixedWeights)));
  }

  /**
   * Returns the network with the weights of some layers on fixed grids, and nothing else changed.
   *
   * @param chosen which layers
   */
  public static ComputationGraph hardened(
      ComputationGraph trained, Predicate<QuantizedLayer> chosen) {
    Deployment deployment = new Deployment(trained);
    for (Node node : deployment.graph.nodes()) {
      if (node.layer() instanceof QuantizedLayer layer && chosen.test(layer)) {
        deployment.graph.replace(
            node.name(),
            deployment.fixed(
                node.name(), layer.getUnderlying(), layer.integers(deployment.table(node.name()))));
      }
    }
    return deployment.graph.build();
  }

  private ComputationGraph build() {
    int layers = 0;
    for (Node node : graph.nodes()) {
      if (node.layer() instanceof QuantizedLayer) {
        deployWeights(node);
        layers++;
      } else if (node.layer() instanceof NormalizedWeights folded) {
        deployFolded(node, folded);
        layers++;
      } else if (node.layer() instanceof ActivationQuantizer quantizer) {
        deployActivation(node, quantizer);
      }
    }
    for (Node node : graph.nodes()) {
      if (node.layer() instanceof FreezingNormalization freezing) {
        graph.replace(node.name(), NewNode.layer(node.name(), freezing.getUnderlying()));
      }
    }
    if (layers == 0) {
      throw new IllegalArgumentException(
          "Cannot convert the network: none of its layers is quantised ("
              + graph.nodes().size()
              + " nodes)");
    }
    return graph.restart().build();
  }

  private void deployActivation(Node node, ActivationQuantizer quantizer) {
    Quantization quantization =
        quantizer
            .quantization(table(node.name()))
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "Cannot convert the network: an activation has no range yet, train first ("
                            + node.name()
                            + ")"));
    graph.replace(node.name(), NewNode.layer(node.name(), new FixedActivation(quantization)));
  }

  private void deployFolded(Node node, NormalizedWeights folded) {
    Map<String, INDArray> table = table(node.name());
    ConvolutionLayer convolution = folded.convolution().clone();
    convolution.setHasBias(true);
    NewNode weights =
        fixed(folded.convolutionName(), convolution, folded.integers(table))
            .parameter(BIAS, row(folded.foldedBias(table)));
    if (folded.normalization().isRelu()) {
      graph.replace(
          node.name(), weights, NewNode.layer(node.name(), new ActivationLayer(Activation.RELU)));
    } else {
      graph.replace(node.name(), weights);
    }
  }

  private void deployWeights(Node node) {
    QuantizedLayer layer = (QuantizedLayer) node.layer();
    IntegerWeights integers = layer.integers(table(node.name()));
    Optional<Node> normalization = normalization(node, integers);
    if (normalization.isEmpty()) {
      graph.replace(node.name(), fixed(node.name(), layer.getUnderlying(), integers));
      return;
    }
    Node behind = normalization.get();
    BatchNorm settings = (BatchNorm) unwrapped(behind.layer());
    ChannelAffine affine = ChannelAffine.of(settings, table(behind.name()));
    ConvolutionLayer convolution = (ConvolutionLayer) layer.getUnderlying().clone();
    convolution.setHasBias(true);
    graph.replace(
        node.name(),
        fixed(node.name(), convolution, ScaledIntegers.of(integers, affine.factor()))
            .parameter(BIAS, row(affine.shifted(table(node.name()).get(BIAS)))));
    if (settings.isRelu()) {
      graph.replace(
          behind.name(), NewNode.layer(behind.name(), new ActivationLayer(Activation.RELU)));
    } else {
      graph.remove(behind.name());
    }
  }

  private static INDArray row(double[] values) {
    return Nd4j.createFromArray(values).reshape(1, values.length);
  }

  private NewNode fixed(String name, Layer layer, IntegerWeights integers) {
    return NewNode.layer(name, new QuantizedLayer(layer, FixedWeights.of(integers)))
        .parameter(
            WeightLayout.WEIGHTS,
            WeightLayout.of(layer)
                .array(integers.values(), trained.getConfiguration().getDataType()));
  }

  /** The batch normalisation that alone reads a convolution without an activation function. */
  private Optional<Node> normalization(Node node, IntegerWeights integers) {
    QuantizedLayer layer = (QuantizedLayer) node.layer();
    if (node.isOutput()
        || node.users().size() != 1
        || !(layer.getUnderlying() instanceof ConvolutionLayer convolution)
        || !(convolution.getActivationFn() instanceof ActivationIdentity)
        || !ScaledIntegers.canScale(integers)) {
      return Optional.empty();
    }
    Node user = graph.node(node.users().get(0));
    return unwrapped(user.layer()) instanceof BatchNorm && !user.isOutput()
        ? Optional.of(user)
        : Optional.empty();
  }

  private static Layer unwrapped(Layer layer) {
    return layer instanceof FreezingNormalization freezing ? freezing.getUnderlying() : layer;
  }

  private Map<String, INDArray> table(String name) {
    return trained.getVertex(name).paramTable(false);
  }
}
