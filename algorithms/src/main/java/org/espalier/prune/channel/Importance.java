package org.espalier.prune.channel;

import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.espalier.graph.ChannelGroup;
import org.espalier.graph.ChannelGroups;

/** How much the channels of a network matter; those with the lowest scores are pruned first. */
@FunctionalInterface
public interface Importance {

  /**
   * Scores the channels of all free groups.
   *
   * <p>A group has several members where several layers make or carry its channels; each is scored
   * by itself, and {@link Aggregation} puts them together.
   *
   * @param network the network; not changed
   * @param groups its channel groups
   * @return by group, for each member that can be judged a score for each channel; groups of which
   *     no member can be judged are missing, and their channels stay
   */
  Map<ChannelGroup, List<double[]>> scores(ComputationGraph network, ChannelGroups groups);
}
