package org.espalier.prune.channel;

import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.Map;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.espalier.graph.ChannelGroup;
import org.espalier.graph.ChannelSlice;

/** Which of a layer's output channels stay, of whatever groups they are. */
public final class KeptOutputs {
  private KeptOutputs() {}

  /**
   * Returns the output channels that stay, ascending, of each layer that makes channels of the
   * groups.
   *
   * @param network the network that the groups are of
   * @param kept the channels that stay, by group
   */
  public static Map<String, int[]> of(ComputationGraph network, Map<ChannelGroup, int[]> kept) {
    Map<String, BitSet> stay = new LinkedHashMap<>();
    kept.forEach(
        (group, channels) -> {
          BitSet keep = bits(channels);
          for (ChannelSlice slice : Members.filters(group)) {
            BitSet outputs =
                stay.computeIfAbsent(
                    slice.layer(), layer -> all(slice.parameterOf(network).size(slice.axis())));
            for (int channel = 0; channel < group.channels(); channel++) {
              if (!keep.get(channel)) {
                for (int output : slice.indices(channel)) {
                  outputs.clear(output);
                }
              }
            }
          }
        });
    Map<String, int[]> layers = new LinkedHashMap<>();
    stay.forEach((layer, outputs) -> layers.put(layer, outputs.stream().toArray()));
    return layers;
  }

  private static BitSet bits(int... set) {
    BitSet bits = new BitSet();
    for (int bit : set) {
      bits.set(bit);
    }
    return bits;
  }

  private static BitSet all(long width) {
    BitSet bits = new BitSet();
    bits.set(0, Math.toIntExact(width));
    return bits;
  }
}
