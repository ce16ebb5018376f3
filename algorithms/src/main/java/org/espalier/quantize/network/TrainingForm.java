package org.espalier.quantize.network;

import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.espalier.graph.NetworkGraph;
import org.espalier.graph.NewNode;
import org.espalier.graph.Node;
import org.espalier.graph.Pattern;
import org.espalier.nn.BatchNorm;
import org.espalier.nn.Convolution;
import org.espalier.quantize.layer.ActivationQuantizer;
import org.espalier.quantize.layer.FreezingNormalization;
import org.espalier.quantize.layer.QuantizedLayer;
import org.espalier.quantize.layer.WeightLayout;
import org.espalier.quantize.layer.WeightQuantizer;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** A network on its way to training form: what is quantised is put in, piece by piece. */
public final class TrainingForm {
  private static final String BEHIND = ".codes";
  private static final String BEFORE = ".input";

  private final ComputationGraph network;
  private final NetworkGraph graph;
  private final Placement placement;

  private TrainingForm(ComputationGraph network) {
    this.network = network;
    this.graph = NetworkGraph.of(network);
    this.placement = Placement.of(graph);
    for (Node node : graph.nodes()) {
      if (node.layer() instanceof QuantizedLayer || node.layer() instanceof ActivationQuantizer) {
        throw new IllegalArgumentException(
            "Cannot quantise the network: it has quantised layers already (" + node.name() + ")");
      }
    }
    if (placement.weighted().isEmpty()) {
      throw new IllegalArgumentException(
          "Cannot quantise the network: it has no layer with weights that can be ("
              + graph.nodes().size()
              + " nodes)");
    }
  }

  /**
   * Starts with a copy of a network.
   *
   * @throws IllegalArgumentException when it is quantised already, or has no layer that can be
   */
  public static TrainingForm of(ComputationGraph network) {
    return new TrainingForm(network);
  }

  /** Returns where the network's activations are, and its layers with weights. */
  public Placement placement() {
    return placement;
  }

  /**
   * Quantises the weights of a layer; its parameters, and what the quantiser makes of them, stay.
   */
  public void weights(String name, WeightQuantizer quantizer) {
    Layer layer = withInputGradient(graph.node(name).layer());
    WeightLayout layout = WeightLayout.of(layer);
    INDArray weights = network.getVertex(name).paramTable(false).get(WeightLayout.WEIGHTS);
    NewNode node = NewNode.layer(name, new QuantizedLayer(layer, quantizer));
    for (var own : quantizer.initial(layout.read(weights), layout.channels()).entrySet()) {
      node = node.parameter(own.getKey(), row(own.getValue()));
    }
    graph.replace(name, node);
  }

  /** Makes one layer of a convolution and its batch normalisation. */
  public interface Fusion {
    /** Returns the layer, whose parameters are those of both, by their names. */
    Layer of(ConvolutionLayer convolution, BatchNorm normalization);
  }

  /**
   * Replaces every convolution without activation function, and the batch normalisation that alone
   * reads it, by one layer of the normalisation's name.
   *
   * @return the names of the convolutions
   */
  public List<String> fuse(Fusion fusion) {
    List<String> fused = new ArrayList<>();
    graph.rewrite(
        Pattern.chain(
            Pattern.node(
                    node ->
                        Placement.isWeighted(node)
                            && node.layer() instanceof ConvolutionLayer convolution
                            && convolution.getActivationFn() instanceof ActivationIdentity)
                .as("convolution"),
            Pattern.layer(BatchNorm.class).as("normalization")),
        match -> {
          Node convolution = match.node("convolution");
          fused.add(convolution.name());
          ConvolutionLayer layer = (ConvolutionLayer) withInputGradient(convolution.layer());
          BatchNorm normalization = (BatchNorm) match.node("normalization").layer();
          NewNode node =
              NewNode.layer(match.name("normalization"), fusion.of(layer, normalization));
          for (var entry : network.getVertex(convolution.name()).paramTable(false).entrySet()) {
            node = node.parameter(entry.getKey(), entry.getValue());
          }
          for (var entry :
              network.getVertex(match.name("normalization")).paramTable(false).entrySet()) {
            node = node.parameter(entry.getKey(), entry.getValue());
          }
          return List.of(node);
        });
    return fused;
  }

  /**
   * A convolution right on the network's input may do without the gradient there; one with a
   * quantiser before it may not.
   */
  private static Layer withInputGradient(Layer layer) {
    return layer instanceof Convolution convolution ? convolution.withInputGradient(true) : layer;
  }

  private static INDArray row(double[] values) {
    return Nd4j.createFromArray(values).reshape(1, values.length);
  }

  /** Quantises an activation for all that read it. */
  public void behind(Placement.Site site, ActivationQuantizer quantizer) {
    graph.insertAfter(site.source(), NewNode.layer(site.source() + BEHIND, quantizer));
  }

  /** Quantises what a layer reads, for that layer alone. */
  public void before(String layer, ActivationQuantizer quantizer) {
    graph.insertBefore(layer, NewNode.layer(layer + BEFORE, quantizer));
  }

  /** Whether what a layer reads is non-negative. */
  boolean readsNonNegative(String layer) {
    return placement.isNonNegative(original(layer));
  }

  /** Whether what a layer reads has been quantised for all that read it. */
  boolean readsQuantized(String layer) {
    String name = graph.node(layer).inputs().get(0);
    while (!graph.inputs().contains(name)) {
      Node node = graph.node(name);
      if (node.layer() instanceof ActivationQuantizer) {
        return true;
      }
      if (!Placement.movesValues(node)) {
        return false;
      }
      name = node.inputs().get(0);
    }
    return false;
  }

  /** What a layer read in the network that was given. */
  String original(String layer) {
    return network.getConfiguration().getVertexInputs().get(layer).get(0);
  }

  /** Freezes every batch normalisation at an iteration. */
  public void freezeNormalization(int iteration) {
    for (Node node : graph.nodes()) {
      if (node.layer() instanceof BatchNorm normalization) {
        graph.replace(
            node.name(),
            NewNode.layer(node.name(), new FreezingNormalization(normalization, iteration)));
      }
    }
  }

  /** Builds the network; its training starts anew. */
  public ComputationGraph build() {
    return graph.restart().build();
  }
}
