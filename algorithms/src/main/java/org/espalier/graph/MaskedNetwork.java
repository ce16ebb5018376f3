package org.espalier.graph;

import java.util.Map;
import java.util.Set;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Makes copies of networks in which some channels are silent. */
final class MaskedNetwork {
  /** Statistics that divide: zero would not silence them, and need not. */
  private static final Set<String> SPREADS = Set.of("var", "log10stdev");

  private MaskedNetwork() {}

  static ComputationGraph of(
      ComputationGraph network, Map<ChannelGroup, ? extends Set<Integer>> removed) {
    ComputationGraph masked = network.clone();
    masked.getConfiguration().setIterationCount(network.getConfiguration().getIterationCount());
    masked.getConfiguration().setEpochCount(network.getConfiguration().getEpochCount());
    removed.forEach(
        (group, channels) -> {
          for (ChannelSlice slice : group.slices()) {
            boolean silenced = slice.role() != ChannelRole.INPUT || group.isLoud();
            if (silenced && !SPREADS.contains(slice.parameter())) {
              INDArray parameter = slice.parameterOf(masked);
              for (int channel : channels) {
                for (int index : slice.indices(channel)) {
                  parameter.slice(index, slice.axis()).assign(0);
                }
              }
            }
          }
        });
    return masked;
  }
}
