package org.espalier.graph;

import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import org.deeplearning4j.nn.graph.ComputationGraph;

/** Makes copies of networks in which some channels are silent. */
final class MaskedNetwork {
  /** Statistics that divide: zero would not silence them, and need not. */
  private static final Set<String> SPREADS = Set.of("var", "log10stdev");

  private MaskedNetwork() {}

  static ComputationGraph of(
      ComputationGraph network, Map<ChannelGroup, ? extends Set<Integer>> removed) {
    ComputationGraph masked = NetworkGraph.copy(network);
    removed.forEach(
        (group, channels) -> {
          for (ChannelSlice slice : group.slices()) {
            boolean silenced = slice.role() != ChannelRole.INPUT || group.isLoud();
            if (silenced && !SPREADS.contains(slice.parameter())) {
              AxisSelection.clear(
                  slice.parameterOf(masked),
                  slice.axis(),
                  channels.stream()
                      .flatMapToInt(channel -> Arrays.stream(slice.indices(channel)))
                      .toArray());
            }
          }
        });
    return masked;
  }
}
