package org.espalier.graph;

import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Networks whose channels stand in another order, in every slice of every free group. */
final class Permuted {
  private Permuted() {}

  static ComputationGraph of(
      ComputationGraph network, ChannelGroups groups, SplittableRandom random) {
    ComputationGraph permuted = Slimmer.of(network, groups).mask();
    for (ChannelGroup group : groups.free()) {
      int[] order = order(group.channels(), random);
      for (ChannelSlice slice : group.slices()) {
        permute(slice, slice.parameterOf(permuted), order);
      }
    }
    return permuted;
  }

  private static int[] order(int count, SplittableRandom random) {
    int[] order = IntStream.range(0, count).toArray();
    for (int i = count - 1; i > 0; i--) {
      int other = random.nextInt(i + 1);
      int kept = order[i];
      order[i] = order[other];
      order[other] = kept;
    }
    return order;
  }

  private static void permute(ChannelSlice slice, INDArray parameter, int... order) {
    int[] sources = ChannelPropagation.range((int) parameter.size(slice.axis()));
    for (int channel = 0; channel < order.length; channel++) {
      int[] to = slice.indices(channel);
      int[] from = slice.indices(order[channel]);
      for (int i = 0; i < to.length; i++) {
        sources[to[i]] = from[i];
      }
    }
    int[][] axes = new int[parameter.rank()][];
    axes[slice.axis()] = sources;
    parameter.assign(AxisSelection.select(parameter, axes));
  }
}
