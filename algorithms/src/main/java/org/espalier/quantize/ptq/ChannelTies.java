package org.espalier.quantize.ptq;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.espalier.graph.NetworkGraph;
import org.espalier.graph.Node;
import org.espalier.nn.ChannelMask;
import org.espalier.nn.ChannelScatter;
import org.espalier.nn.ChannelWise;
import org.espalier.nn.Concatenation;
import org.espalier.nn.GlobalAveragePooling;
import org.espalier.nn.PaddedShortcut;
import org.espalier.nn.ResidualSum;
import org.espalier.quantize.layer.WeightLayout;
import org.nd4j.linalg.activations.IActivation;

/**
 * Which channels must have a common factor if a network is to compute the same: those that are
 * summed, on their way from the layers that make them to those that read them.
 *
 * <p>A factor passes whatever gives twice as much for twice as much: ReLU, pooling, shortcuts,
 * sums, concatenations. Channels that reach anything else, or the network's output, are fixed.
 */
final class ChannelTies {
  private final List<Integer> parents = new ArrayList<>();
  private final Set<Integer> fixed = new HashSet<>();
  private final Map<String, int[]> made = new HashMap<>();
  private final Map<String, int[]> outputs = new HashMap<>();
  private final Map<String, int[]> inputs = new HashMap<>();

  ChannelTies(NetworkGraph graph) {
    for (Node node : graph.nodes()) {
      int[] channels = visit(node);
      if (channels != null && node.isOutput()) {
        fix(channels);
      } else if (channels != null) {
        made.put(node.name(), channels);
      }
    }
  }

  /** Returns the class of each channel that a layer with weights makes. */
  int[] outputs(String layer) {
    return roots(outputs.get(layer));
  }

  /** Returns the class of each channel that a layer reads; null where that is not known. */
  int[] inputs(String layer) {
    int[] channels = inputs.get(layer);
    return channels == null ? null : roots(channels);
  }

  /** Returns the number of classes, some of which are of no channel. */
  int classes() {
    return parents.size();
  }

  /** Returns the classes that must stay as they are. */
  Set<Integer> fixed() {
    Set<Integer> all = new HashSet<>();
    fixed.forEach(channel -> all.add(root(channel)));
    return all;
  }

  private int[] visit(Node node) {
    List<int[]> read = new ArrayList<>();
    boolean known = node.preprocessor() == null;
    for (String input : node.inputs()) {
      known &= made.containsKey(input);
      if (made.containsKey(input)) {
        read.add(made.get(input));
      }
    }
    int[] given = Nodes.isWeighted(node) ? weighted(node, known, read) : null;
    if (given == null && known) {
      given = passed(node, read);
    }
    if (given == null) {
      read.forEach(this::fix);
    }
    return given;
  }

  private int[] weighted(Node node, boolean known, List<int[]> read) {
    Layer layer = node.layer();
    WeightLayout layout = WeightLayout.of(layer);
    int last = Nodes.inputChannel(layer, layout.channels() - 1, layout.length() - 1);
    if (known && read.get(0).length == last + 1) {
      inputs.put(node.name(), read.get(0));
    } else {
      read.forEach(this::fix);
    }
    int[] fresh = fresh(layout.channels());
    outputs.put(node.name(), fresh);
    if (!isHomogeneous(Nodes.function(layer))) {
      fix(fresh);
    }
    return fresh;
  }

  /** Returns the channels that come out of a node that keeps factors, else null. */
  private int[] passed(Node node, List<int[]> read) {
    Layer layer = node.layer();
    int[] first = read.get(0);
    if (node.vertex() instanceof ResidualSum
        || (node.vertex() instanceof ElementWiseVertex sum
            && sum.getOp() == ElementWiseVertex.Op.Add)) {
      return united(read);
    }
    if (node.vertex() instanceof Concatenation) {
      return read.stream().flatMapToInt(Arrays::stream).toArray();
    }
    if (layer instanceof ActivationLayer) {
      return isHomogeneous(Nodes.function(layer)) ? first : null;
    }
    if (layer instanceof PaddedShortcut
        || layer instanceof ChannelScatter
        || layer instanceof ChannelMask) {
      int[] out = ((ChannelWise) layer).sources(first.length);
      int[] result = new int[out.length];
      for (int i = 0; i < out.length; i++) {
        result[i] = out[i] < 0 ? fresh(1)[0] : first[out[i]];
      }
      return result;
    }
    boolean keeps =
        layer instanceof DropoutLayer
            || layer instanceof GlobalAveragePooling
            || (layer instanceof SubsamplingLayer pooling
                && pooling.getPoolingType() != PoolingType.PNORM)
            || (layer instanceof GlobalPoolingLayer global
                && global.getPoolingType() != PoolingType.PNORM);
    return keeps ? first : null;
  }

  private int[] united(List<int[]> read) {
    int[] first = read.get(0);
    for (int[] other : read) {
      if (other.length != first.length) {
        return null;
      }
    }
    for (int[] other : read) {
      for (int i = 0; i < first.length; i++) {
        parents.set(root(other[i]), root(first[i]));
      }
    }
    return first;
  }

  private static boolean isHomogeneous(IActivation function) {
    return Nodes.isIdentity(function) || Nodes.isRelu(function);
  }

  private int[] fresh(int count) {
    int[] channels = new int[count];
    for (int i = 0; i < count; i++) {
      channels[i] = parents.size();
      parents.add(channels[i]);
    }
    return channels;
  }

  private void fix(int[] channels) {
    for (int channel : channels) {
      fixed.add(channel);
    }
  }

  private int[] roots(int[] channels) {
    int[] roots = new int[channels.length];
    for (int i = 0; i < roots.length; i++) {
      roots[i] = root(channels[i]);
    }
    return roots;
  }

  private int root(int channel) {
    int at = channel;
    while (parents.get(at) != at) {
      parents.set(at, parents.get(parents.get(at)));
      at = parents.get(at);
    }
    return at;
  }
}
