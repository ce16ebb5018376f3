package org.espalier.quantize.network;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.graph.PreprocessorVertex;
import org.deeplearning4j.nn.conf.graph.ReshapeVertex;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.espalier.graph.NetworkGraph;
import org.espalier.graph.Node;
import org.espalier.nn.BatchNorm;
import org.espalier.nn.ChannelMask;
import org.espalier.nn.ChannelScatter;
import org.espalier.nn.GlobalAveragePooling;
import org.espalier.nn.PaddedShortcut;
import org.espalier.nn.ResidualSum;
import org.espalier.quantize.layer.WeightLayout;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.activations.impl.ActivationReLU;
import org.nd4j.linalg.activations.impl.ActivationReLU6;

/**
 * Which activations of a network are quantised.
 *
 * <p>Those that a runtime keeps in memory between its fused operations: the network's input, and
 * what comes out of a convolution or dense layer, a sum, an average or anything else that computes
 * new values, each behind the batch normalisation and ReLU that follow it directly. There is none
 * between a convolution and its normalisation, nor before a ReLU that is alone in reading; none
 * behind maximum pooling and other layers that only move values; and none on what the network gives
 * out.
 *
 * <p>Krishnamoorthi, <a href="https://arxiv.org/abs/1806.08342">arXiv:1806.08342</a>, section 3.2.
 */
public final class Placement {
  /**
   * A quantised activation.
   *
   * @param source the node, or network input, that makes it
   * @param nonNegative whether it is never below zero
   * @param weightedOnly whether only layers with weights read it, directly or past layers that move
   *     values
   */
  public record Site(String source, boolean nonNegative, boolean weightedOnly) {}

  private final NetworkGraph graph;
  private final Map<String, Site> sites = new LinkedHashMap<>();
  private final Set<String> nonNegative = new HashSet<>();
  private final Set<String> onGrid = new HashSet<>();
  private final List<String> weighted;

  private Placement(NetworkGraph graph) {
    this.graph = graph;
    this.weighted = graph.nodes().stream().filter(Placement::isWeighted).map(Node::name).toList();
    for (String input : graph.inputs()) {
      place(input, false);
    }
    for (Node node : graph.nodes()) {
      visit(node);
    }
  }

  /** Finds the activations to quantise, in the order of the nodes. */
  public static Placement of(NetworkGraph graph) {
    return new Placement(graph);
  }

  /** Returns the activations to quantise. */
  public List<Site> sites() {
    return new ArrayList<>(sites.values());
  }

  /** Whether what a node or network input gives is never below zero. */
  public boolean isNonNegative(String name) {
    return nonNegative.contains(name);
  }

  /** Returns the names of the layers whose weights can be quantised, in order. */
  public List<String> weighted() {
    return weighted;
  }

  private void visit(Node node) {
    boolean movesOnly = movesValues(node);
    if (isNonNegative(node)) {
      nonNegative.add(node.name());
    }
    boolean inputsOnGrid = node.inputs().stream().allMatch(onGrid::contains);
    if ((movesOnly || isRectifier(node)) && node.inputs().size() == 1 && inputsOnGrid) {
      onGrid.add(node.name());
    } else if (!node.isOutput() && !feedsLoss(node) && !isContinued(node)) {
      place(node.name(), nonNegative.contains(node.name()));
    }
  }

  private void place(String source, boolean isNonNegative) {
    sites.put(source, new Site(source, isNonNegative, readByWeightsOnly(source)));
    onGrid.add(source);
  }

  private boolean readByWeightsOnly(String source) {
    return graph.users(source).stream()
        .map(graph::node)
        .allMatch(
            user ->
                isWeighted(user)
                    || (movesValues(user) && !user.isOutput() && readByWeightsOnly(user.name())));
  }

  /** Whether the one reader of a node belongs to the same fused operation. */
  private boolean isContinued(Node node) {
    if (node.users().size() != 1) {
      return false;
    }
    Node user = graph.node(node.users().get(0));
    return (isConvolution(node) && user.layer() instanceof BatchNormalization)
        || isRectifier(user)
        || (movesValues(user) && !user.isOutput() && isContinued(user));
  }

  private boolean feedsLoss(Node node) {
    return !node.users().isEmpty()
        && node.users().stream().allMatch(user -> graph.node(user).layer() instanceof LossLayer);
  }

  private boolean isNonNegative(Node node) {
    if (rectifies(node)) {
      return true;
    }
    boolean keepsSign =
        movesValues(node)
            || node.layer() instanceof SubsamplingLayer
            || node.layer() instanceof GlobalAveragePooling
            || node.layer() instanceof GlobalPoolingLayer
            || node.vertex() instanceof ResidualSum
            || node.vertex() instanceof MergeVertex;
    return keepsSign && node.inputs().stream().allMatch(nonNegative::contains);
  }

  private static boolean rectifies(Node node) {
    Layer layer = node.layer();
    return (node.vertex() instanceof ResidualSum sum && sum.isRelu())
        || (layer instanceof BatchNorm normalization && normalization.isRelu())
        || (layer instanceof ActivationLayer activation && isRelu(activation.getActivationFn()))
        || (isWeighted(node) && isRelu(((BaseLayer) layer).getActivationFn()));
  }

  static boolean isRectifier(Node node) {
    return node.layer() instanceof ActivationLayer activation
        && isRelu(activation.getActivationFn());
  }

  private static boolean isRelu(IActivation function) {
    return function instanceof ActivationReLU || function instanceof ActivationReLU6;
  }

  /** Whether a node gives values of its input, and perhaps zeros, in other places. */
  static boolean movesValues(Node node) {
    Layer layer = node.layer();
    return layer instanceof PaddedShortcut
        || layer instanceof ChannelMask
        || layer instanceof ChannelScatter
        || layer instanceof DropoutLayer
        || (layer instanceof ActivationLayer activation
            && activation.getActivationFn() instanceof ActivationIdentity)
        || (layer instanceof SubsamplingLayer pooling
            && pooling.getPoolingType() == PoolingType.MAX)
        || node.vertex() instanceof PreprocessorVertex
        || node.vertex() instanceof ReshapeVertex;
  }

  private static boolean isConvolution(Node node) {
    return isWeighted(node) && node.layer() instanceof ConvolutionLayer;
  }

  static boolean isWeighted(Node node) {
    return node.layer() != null && WeightLayout.serves(node.layer());
  }
}
