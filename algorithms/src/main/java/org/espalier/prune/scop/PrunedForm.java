package org.espalier.prune.scop;

import java.util.List;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.params.ConvolutionParamInitializer;
import org.espalier.graph.NetworkGraph;
import org.espalier.graph.NewNode;
import org.espalier.nn.ChannelMask;
import org.espalier.nn.ChannelScatter;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The two forms of a pruned network: masked, with zeros where channels were, and slim, without
 * them.
 *
 * <p>A pruned channel is zero behind its batch normalisation, so that nothing of the
 * normalisation's shift is left. In the slim form the first convolution of a block reads the whole
 * residual stream, each further one reads the channels that its predecessor kept, and the last
 * one's channels are scattered back to their places in the stream, among zeros, before the sum.
 * Shortcuts and stem stay.
 */
final class PrunedForm {
  private static final String MASK = ".mask";
  private static final String SCATTER = ".scatter";

  private PrunedForm() {}

  /** Puts a mask behind the batch normalisation of every unit. */
  static ComputationGraph masked(ComputationGraph network, ChannelSelection selection) {
    NetworkGraph graph = NetworkGraph.of(network);
    for (PrunableUnit unit : ResidualBlocks.units(network.getConfiguration())) {
      int width = width(graph, unit, selection);
      graph.insertAfter(
          unit.normalization(),
          NewNode.layer(
              unit.normalization() + MASK,
              new ChannelMask(width, selection.kept(unit.convolution()))));
    }
    return graph.restart().build();
  }

  /** Cuts the channels out. */
  static ComputationGraph slim(ComputationGraph network, ChannelSelection selection) {
    NetworkGraph graph = NetworkGraph.of(network);
    for (ResidualBlock block : ResidualBlocks.of(network.getConfiguration())) {
      int[] inputs = null;
      for (PrunableUnit unit : block.units()) {
        width(graph, unit, selection);
        int[] kept = selection.kept(unit.convolution());
        slimConvolution(network, graph, unit.convolution(), kept, inputs);
        slimNormalization(network, graph, unit.normalization(), kept);
        inputs = kept;
      }
      scatter(network, graph, block.units(), inputs);
    }
    return graph.restart().build();
  }

  /** Returns the channels of a unit, having checked that the selection fits. */
  private static int width(NetworkGraph graph, PrunableUnit unit, ChannelSelection selection) {
    long width = graph.layer(unit.convolution(), ConvolutionLayer.class).getNOut();
    int[] kept = selection.kept(unit.convolution());
    if (kept[kept.length - 1] >= width) {
      throw new IllegalArgumentException(
          String.format(
              "Cannot prune %s: it has %d channels (channel %d)",
              unit.convolution(), width, kept[kept.length - 1]));
    }
    return Math.toIntExact(width);
  }

  private static void slimConvolution(
      ComputationGraph network, NetworkGraph graph, String name, int[] kept, int[] inputs) {
    ConvolutionLayer convolution = graph.layer(name, ConvolutionLayer.class);
    INDArray weights =
        channels(parameter(network, name, ConvolutionParamInitializer.WEIGHT_KEY), kept, 0);
    if (inputs != null) {
      weights = channels(weights, inputs, 1);
      convolution.setNIn(inputs.length);
    }
    convolution.setNOut(kept.length);
    graph.parameter(name, ConvolutionParamInitializer.WEIGHT_KEY, weights);
    if (convolution.hasBias()) {
      INDArray bias = parameter(network, name, ConvolutionParamInitializer.BIAS_KEY);
      graph.parameter(name, ConvolutionParamInitializer.BIAS_KEY, vector(bias, kept));
    }
  }

  private static void slimNormalization(
      ComputationGraph network, NetworkGraph graph, String name, int[] kept) {
    BatchNormalization normalization = graph.layer(name, BatchNormalization.class);
    normalization.setNIn(kept.length);
    normalization.setNOut(kept.length);
    network
        .getVertex(name)
        .paramTable(false)
        .forEach((parameter, value) -> graph.parameter(name, parameter, vector(value, kept)));
  }

  private static void scatter(
      ComputationGraph network, NetworkGraph graph, List<PrunableUnit> units, int[] kept) {
    PrunableUnit last = units.get(units.size() - 1);
    int width =
        Math.toIntExact(
            parameter(network, last.convolution(), ConvolutionParamInitializer.WEIGHT_KEY).size(0));
    if (kept.length < width) {
      graph.insertAfter(
          last.normalization(),
          NewNode.layer(last.normalization() + SCATTER, new ChannelScatter(width, kept)));
    }
  }

  private static INDArray parameter(ComputationGraph network, String vertex, String name) {
    return network.getVertex(vertex).paramTable(false).get(name);
  }

  /** Takes channels of [C] or [1, C]. */
  private static INDArray vector(INDArray array, int[] kept) {
    return channels(array, kept, array.rank() - 1);
  }

  /** Takes channels of one axis, in plain loops: ND4J's own gather is not safe on every shape. */
  static INDArray channels(INDArray array, int[] kept, int axis) {
    long[] shape = array.shape().clone(); // ND4J hands out its own
    int inner = 1;
    for (int i = axis + 1; i < shape.length; i++) {
      inner *= (int) shape[i];
    }
    int width = (int) shape[axis];
    int outer = Math.toIntExact(array.length() / width / inner);
    double[] from = array.dup('c').reshape(array.length()).toDoubleVector();
    double[] to = new double[outer * kept.length * inner];
    for (int o = 0; o < outer; o++) {
      for (int k = 0; k < kept.length; k++) {
        System.arraycopy(
            from, (o * width + kept[k]) * inner, to, (o * kept.length + k) * inner, inner);
      }
    }
    shape[axis] = kept.length;
    return Nd4j.createFromArray(to).castTo(array.dataType()).reshape('c', shape);
  }
}
