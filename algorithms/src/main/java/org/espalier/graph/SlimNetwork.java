package org.espalier.graph;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.espalier.nn.ChannelScatter;

/** Makes a network without some channels of another. */
final class SlimNetwork {
  private static final String SCATTER = ".scatter";

  private final ComputationGraph network;
  private final NetworkGraph graph;
  private final ChannelPropagation propagation;
  private final Set<Integer> removed = new HashSet<>();

  SlimNetwork(
      ComputationGraph network,
      ChannelGroups groups,
      Map<ChannelGroup, ? extends Set<Integer>> removed) {
    this.network = network;
    this.graph = NetworkGraph.of(network);
    this.propagation = groups.propagation();
    removed.forEach(
        (group, channels) -> {
          int[] roots = groups.roots(group);
          channels.forEach(channel -> this.removed.add(roots[channel]));
        });
  }

  ComputationGraph build() {
    Map<String, int[][]> axes = new HashMap<>();
    for (ChannelUse use : propagation.classes().uses()) {
      int[] kept = kept(use.ids());
      if (kept.length == 0) {
        throw new IllegalArgumentException(
            "Cannot slim: %s would be left without channels (%d removed)"
                .formatted(use.layer(), use.ids().length));
      }
      int[][] all =
          axes.computeIfAbsent(use.layer() + "/" + use.parameter(), key -> new int[rank(use)][]);
      all[use.axis()] = kept;
      graph.carry(use.layer(), use.parameter(), array -> AxisSelection.select(array, all));
    }
    new SlimConfiguration(graph, propagation, this::kept).apply();
    propagation.scattered().forEach((name, behind) -> scatter(name, behind.ids().length));
    return graph.build();
  }

  private void scatter(String name, int width) {
    int[] kept = kept(propagation.output(name).ids());
    if (kept.length < width) {
      graph.insertAfter(name, NewNode.layer(name + SCATTER, new ChannelScatter(width, kept)));
    }
  }

  private int rank(ChannelUse use) {
    return Parameters.of(network, use.layer()).get(use.parameter()).rank();
  }

  /** Returns the indices that stay of an axis with these channels. */
  private int[] kept(int[] ids) {
    return IntStream.range(0, ids.length)
        .filter(i -> !removed.contains(propagation.classes().root(ids[i])))
        .toArray();
  }
}
