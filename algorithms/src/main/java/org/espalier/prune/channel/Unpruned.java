package org.espalier.prune.channel;

import java.util.Map;
import org.deeplearning4j.nn.graph.ComputationGraph;

/**
 * What a network was before it was pruned, against which steps are measured.
 *
 * @param network the network itself; not changed
 * @param widths its channels by the name of their group
 */
public record Unpruned(ComputationGraph network, Map<String, Integer> widths) {
  /** Copies the map. */
  public Unpruned {
    widths = Map.copyOf(widths);
  }
}
