package org.espalier.graph;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.deeplearning4j.nn.conf.graph.SubsetVertex;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Whatever the network and whatever is removed: slim computes what masked does. */
class RandomSlimmingTest {

  @Property(tries = 60)
  void slimComputesWhatMaskedDoes(@ForAll @LongRange(min = 0, max = 1_000_000) long seed) {
    ComputationGraph network = RandomGraph.of(seed);
    ChannelGroups groups = ChannelGroups.of(network, RandomGraph.type(seed));
    SplittableRandom random = new SplittableRandom(seed);
    Map<String, int[]> removed = new LinkedHashMap<>();
    for (ChannelGroup group : groups.free()) {
      int stays = random.nextInt(group.channels());
      int too = (stays + 1) % group.channels(); // a separable convolution needs two inputs
      removed.put(
          group.name(),
          IntStream.range(0, group.channels())
              .filter(channel -> channel != stays && channel != too && random.nextBoolean())
              .toArray());
    }
    Pruned pruned = Pruned.of(network, groups, removed);
    assertThat(pruned.difference(RandomGraph.images(seed))).isLessThan(1e-9);
    long weights = network.numParams();
    boolean some = removed.values().stream().anyMatch(channels -> channels.length > 0);
    assertThat(pruned.slim().numParams() < weights).isEqualTo(some);
  }

  /** Subsets can take one of two outputs that a depthwise convolution makes of a channel. */
  @Property(tries = 40)
  void permutedChannelsComputeTheSame(@ForAll @LongRange(min = 0, max = 1_000_000) long seed) {
    ComputationGraph network = RandomGraph.of(seed);
    Assume.that(
        network.getConfiguration().getVertices().values().stream()
            .noneMatch(SubsetVertex.class::isInstance));
    ChannelGroups groups = ChannelGroups.of(network, RandomGraph.type(seed));
    ComputationGraph permuted = Permuted.of(network, groups, new SplittableRandom(seed));
    INDArray images = RandomGraph.images(seed);
    INDArray difference = permuted.outputSingle(images).sub(network.outputSingle(images));
    assertThat(difference.amaxNumber().doubleValue()).isLessThan(1e-9);
  }
}
