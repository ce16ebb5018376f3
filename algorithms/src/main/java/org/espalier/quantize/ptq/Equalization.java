package org.espalier.quantize.ptq;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.espalier.graph.NetworkGraph;
import org.espalier.graph.Node;
import org.espalier.quantize.layer.WeightLayout;

/**
 * Gives the channels of a network ranges of weights that are alike, and changes nothing else.
 *
 * <p>What makes a channel is divided by d, what reads it multiplied, with
 *
 * <pre>d = sqrt(r1 / r2)</pre>
 *
 * <p>where r1 is the largest weight that makes the channel and r2 the largest that reads it: both
 * become sqrt(r1 r2). Channels that are summed, as along the blocks of a residual network, have d
 * in common. Repeated until nothing moves.
 *
 * <p>Nagel et al., <a href="https://arxiv.org/abs/1906.04721">arXiv:1906.04721</a>, section 4.1.
 */
final class Equalization {
  private static final int SWEEPS = 30;
  private static final double STILL = 1e-3;

  /** A layer's weights and the classes of the channels that it makes and reads. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Weighted(
      String name, Layer layer, double[] weights, double[] divisors, int[] outputs, int[] inputs) {
    int output(int weight) {
      return outputs[weight / (weights.length / outputs.length)];
    }

    /** The class of the channel that a weight reads, or -1. */
    int input(int weight) {
      int length = weights.length / outputs.length;
      return inputs == null
          ? -1
          : inputs[Nodes.inputChannel(layer, weight / length, weight % length)];
    }
  }

  private final ComputationGraph network;
  private final List<Weighted> layers = new ArrayList<>();
  private final BitSet fixed = new BitSet();
  private final int classes;

  private Equalization(ComputationGraph network) {
    this.network = network;
    NetworkGraph graph = NetworkGraph.of(network);
    ChannelTies ties = new ChannelTies(graph);
    ties.fixed().forEach(fixed::set);
    this.classes = ties.classes();
    for (Node node : graph.nodes()) {
      if (Nodes.isWeighted(node)) {
        WeightLayout layout = WeightLayout.of(node.layer());
        double[] ones = new double[layout.channels()];
        Arrays.fill(ones, 1);
        layers.add(
            new Weighted(
                node.name(),
                node.layer(),
                layout.read(Nodes.weights(network, node.name())),
                ones,
                ties.outputs(node.name()),
                ties.inputs(node.name())));
      }
    }
  }

  /**
   * Equalises a network in place.
   *
   * @param network without batch normalisation, every layer with weights with a bias
   * @return what each output channel of each layer was divided by
   */
  static Map<String, double[]> apply(ComputationGraph network) {
    Equalization equalization = new Equalization(network);
    for (int sweep = 0; sweep < SWEEPS && equalization.sweep() > STILL; ) {
      sweep++;
    }
    return equalization.write();
  }

  /** Equalises the channels of one layer after the other; returns how far the farthest moved. */
  private double sweep() {
    double farthest = 0;
    BitSet done = (BitSet) fixed.clone();
    for (Weighted maker : layers) {
      BitSet turn = new BitSet();
      Arrays.stream(maker.outputs()).filter(channel -> !done.get(channel)).forEach(turn::set);
      if (!turn.isEmpty()) {
        farthest = Math.max(farthest, equalize(turn));
        done.or(turn);
      }
    }
    return farthest;
  }

  private double equalize(BitSet turn) {
    double[] makes = new double[classes];
    double[] reads = new double[classes];
    for (Weighted layer : concerned(turn)) {
      for (int i = 0; i < layer.weights().length; i++) {
        double magnitude = Math.abs(layer.weights()[i]);
        int output = layer.output(i);
        makes[output] = Math.max(makes[output], magnitude);
        int input = layer.input(i);
        if (input >= 0) {
          reads[input] = Math.max(reads[input], magnitude);
        }
      }
    }
    double[] divisor = new double[classes];
    Arrays.fill(divisor, 1);
    double farthest = 0;
    for (int c = turn.nextSetBit(0); c >= 0; c = turn.nextSetBit(c + 1)) {
      if (makes[c] > 0 && reads[c] > 0) {
        divisor[c] = Math.sqrt(makes[c] / reads[c]);
        farthest = Math.max(farthest, Math.abs(Math.log(divisor[c])));
      }
    }
    concerned(turn).forEach(layer -> divide(layer, divisor));
    return farthest;
  }

  private List<Weighted> concerned(BitSet turn) {
    return layers.stream()
        .filter(
            layer ->
                Arrays.stream(layer.outputs()).anyMatch(turn::get)
                    || (layer.inputs() != null
                        && Arrays.stream(layer.inputs()).anyMatch(turn::get)))
        .toList();
  }

  private static void divide(Weighted layer, double[] divisor) {
    for (int i = 0; i < layer.weights().length; i++) {
      int input = layer.input(i);
      layer.weights()[i] *= (input < 0 ? 1 : divisor[input]) / divisor[layer.output(i)];
    }
    for (int c = 0; c < layer.divisors().length; c++) {
      layer.divisors()[c] *= divisor[layer.outputs()[c]];
    }
  }

  private Map<String, double[]> write() {
    Map<String, double[]> divisors = new HashMap<>();
    for (Weighted layer : layers) {
      WeightLayout.of(layer.layer()).write(layer.weights(), Nodes.weights(network, layer.name()));
      double[] bias = Nodes.bias(network, layer.name());
      for (int c = 0; c < bias.length; c++) {
        bias[c] /= layer.divisors()[c];
      }
      Nodes.setBias(network, layer.name(), bias);
      divisors.put(layer.name(), layer.divisors());
    }
    return divisors;
  }
}
