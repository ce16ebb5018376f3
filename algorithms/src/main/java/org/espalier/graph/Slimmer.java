package org.espalier.graph;

import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeSet;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Removes channels from a network, everywhere.
 *
 * <pre>{@code
 * ChannelGroups groups = ChannelGroups.of(network, InputType.convolutional(32, 32, 3, NHWC));
 * ComputationGraph slim = Slimmer.of(network, groups).remove("conv1", 0, 5).slim();
 * }</pre>
 *
 * <p>{@link #slim} makes a new network without the channels: weights, biases, batch normalisation's
 * four arrays, the inputs of the layers behind, the updater's state, the widths in the
 * configuration. Counters of iterations and epochs are kept. {@link #mask} makes a network of the
 * old shape in which the channels are silent; both compute the same in inference.
 *
 * <p>The network given is never changed.
 */
public final class Slimmer {
  private final ComputationGraph network;
  private final ChannelGroups groups;
  private final Map<ChannelGroup, TreeSet<Integer>> removed = new LinkedHashMap<>();

  private Slimmer(ComputationGraph network, ChannelGroups groups) {
    this.network = network;
    this.groups = groups;
  }

  /**
   * Starts with nothing removed.
   *
   * @param network the network whose groups were found, or one of the same layers and widths
   * @param groups its groups
   * @throws IllegalArgumentException when the network is not of the groups' layers and widths
   */
  public static Slimmer of(ComputationGraph network, ChannelGroups groups) {
    for (ChannelUse use : groups.propagation().classes().uses()) {
      INDArray parameter = Parameters.of(network, use.layer()).get(use.parameter());
      if (parameter == null
          || parameter.rank() <= use.axis()
          || parameter.size(use.axis()) != use.ids().length) {
        throw new IllegalArgumentException(
            "Cannot slim: the network is not the one whose groups were found (%s of %s)"
                .formatted(use.parameter(), use.layer()));
      }
    }
    return new Slimmer(network, groups);
  }

  /**
   * Removes channels of a group, besides those that were removed before.
   *
   * @param group the group's name
   * @param channels channels of the group, from 0
   * @throws IllegalArgumentException when there is no such group, or it is fixed, or it has no such
   *     channel, or none of its channels would be left
   */
  public Slimmer remove(String group, int... channels) {
    ChannelGroup known = groups.group(group);
    known
        .fixedReason()
        .ifPresent(
            reason -> {
              throw new IllegalArgumentException(
                  "Cannot remove channels of %s: the group is fixed (%s)".formatted(group, reason));
            });
    TreeSet<Integer> all = new TreeSet<>(removed.getOrDefault(known, new TreeSet<>()));
    for (int channel : channels) {
      checkChannel(known, channel);
      all.add(channel);
    }
    if (all.size() == known.channels()) {
      throw new IllegalArgumentException(
          "Cannot remove channels of %s: at least one must stay (all %d removed)"
              .formatted(group, known.channels()));
    }
    removed.put(known, all);
    return this;
  }

  /** The same, for a group of these groups. */
  public Slimmer remove(ChannelGroup group, int... channels) {
    return remove(group.name(), channels);
  }

  /**
   * Removes all channels of a group but these.
   *
   * @param channels channels of the group, from 0; all of them for a group that is fixed
   * @throws IllegalArgumentException as {@link #remove} does
   */
  public Slimmer keep(ChannelGroup group, int... channels) {
    BitSet gone = new BitSet();
    gone.set(0, group.channels());
    for (int channel : channels) {
      checkChannel(group, channel);
      gone.clear(channel);
    }
    return gone.isEmpty() ? this : remove(group, gone.stream().toArray());
  }

  private static void checkChannel(ChannelGroup group, int channel) {
    if (channel < 0 || channel >= group.channels()) {
      throw new IllegalArgumentException(
          "Cannot remove channels of %s: it has channels 0 to %d (channel %d)"
              .formatted(group.name(), group.channels() - 1, channel));
    }
  }

  /**
   * Returns a new network without the channels.
   *
   * @throws IllegalArgumentException when a layer would be left without channels, or a separable
   *     convolution with one input, which Deeplearning4j cannot compute
   */
  public ComputationGraph slim() {
    return new SlimNetwork(network, groups, removed).build();
  }

  /**
   * Returns a copy of the network in which the channels are silent.
   *
   * <p>Every parameter that makes the channels (weights, bias) or works on them in place (batch
   * normalisation's scale, shift and running mean, depthwise weights, PReLU's slope) is zero, so
   * that what the layers behind read is zero. Where a group {@linkplain ChannelGroup#isLoud is
   * loud}, so that it is not, the weights of the layers behind are zero for these channels as well.
   * Updater state and counters are copied.
   */
  public ComputationGraph mask() {
    return MaskedNetwork.of(network, removed);
  }
}
