package org.espalier.graph;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Makes a network without some channels of another. */
final class SlimNetwork {
  private final ComputationGraph network;
  private final ChannelPropagation propagation;
  private final Set<Integer> removed = new HashSet<>();
  private final Map<String, Map<String, int[][]>> kept = new HashMap<>();

  SlimNetwork(
      ComputationGraph network,
      ChannelGroups groups,
      Map<ChannelGroup, ? extends Set<Integer>> removed) {
    this.network = network;
    this.propagation = groups.propagation();
    removed.forEach(
        (group, channels) -> {
          int[] roots = groups.roots(group);
          channels.forEach(channel -> this.removed.add(roots[channel]));
        });
  }

  ComputationGraph build() {
    for (ChannelUse use : propagation.classes().uses()) {
      checkWidth(use);
      kept.computeIfAbsent(use.layer(), key -> new HashMap<>())
              .computeIfAbsent(use.parameter(), key -> new int[parameter(use).rank()][])[
              use.axis()] =
          kept(use.ids());
    }
    ComputationGraphConfiguration configuration = Configurations.copy(network.getConfiguration());
    new SlimConfiguration(configuration, propagation, this::kept).apply();
    ComputationGraph slim = new ComputationGraph(configuration);
    slim.init(Nd4j.create(network.params().dataType(), 1, parameters()), false);
    for (String vertex : configuration.getVertices().keySet()) {
      Map<String, INDArray> to = Parameters.of(slim, vertex);
      Parameters.of(network, vertex)
          .forEach((key, value) -> to.get(key).assign(cut(vertex, key, value)));
    }
    UpdaterState.carry(network, slim, this::cut);
    return slim;
  }

  private void checkWidth(ChannelUse use) {
    if (kept(use.ids()).length == 0) {
      throw new IllegalArgumentException(
          "Cannot slim: %s would be left without channels (%d removed)"
              .formatted(use.layer(), use.ids().length));
    }
  }

  private INDArray parameter(ChannelUse use) {
    return Parameters.of(network, use.layer()).get(use.parameter());
  }

  /** Returns the indices that stay of an axis with these channels. */
  private int[] kept(int[] ids) {
    return IntStream.range(0, ids.length)
        .filter(i -> !removed.contains(propagation.classes().root(ids[i])))
        .toArray();
  }

  /** Returns what stays of an array in a parameter's shape. */
  private INDArray cut(String vertex, String parameter, INDArray array) {
    int[][] axes = kept.getOrDefault(vertex, Map.of()).get(parameter);
    return axes == null ? array : AxisSelection.select(array, axes);
  }

  private long parameters() {
    long total = 0;
    for (org.deeplearning4j.nn.graph.vertex.GraphVertex vertex : network.getVertices()) {
      String name = vertex.getVertexName();
      for (Map.Entry<String, INDArray> entry : Parameters.of(network, name).entrySet()) {
        total += length(name, entry.getKey(), entry.getValue().shape());
      }
    }
    return total;
  }

  private long length(String vertex, String parameter, long... shape) {
    int[][] axes = kept.getOrDefault(vertex, Map.of()).get(parameter);
    long length = 1;
    for (int axis = 0; axis < shape.length; axis++) {
      length *= axes == null || axes[axis] == null ? shape[axis] : axes[axis].length;
    }
    return length;
  }
}
