package org.espalier.graph;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.graph.ComputationGraph;

/**
 * Which output channels of a network must be removed together, and from where.
 *
 * <p>Channels are followed through the network one by one. A sum ties the channels of its inputs
 * together index by index; a concatenation puts them one behind the other; flattening an image
 * spreads each over height times width features; depthwise convolution, batch normalisation and
 * activations leave them what they are. Channels that ended up tied together are one; those that
 * are used alike make a {@link ChannelGroup}.
 *
 * <p>What cannot be removed is <em>fixed</em>, with a reason: the network's inputs and outputs, and
 * whatever a layer reads or makes that is not known here. Such a layer does not keep the rest of
 * the network from being slimmed. Recurrent networks are refused.
 *
 * <p>Fang et al., DepGraph, <a href="https://arxiv.org/abs/2301.12900">arXiv:2301.12900</a>, has
 * the same purpose.
 */
public final class ChannelGroups {
  private final Map<String, ChannelGroup> groups = new LinkedHashMap<>();
  private final Map<String, int[]> roots = new LinkedHashMap<>();
  private final ChannelPropagation propagation;

  private ChannelGroups(ChannelPropagation propagation) {
    this.propagation = propagation;
    new GroupCollector(propagation.classes())
        .collect()
        .forEach(
            (group, classes) -> {
              groups.put(group.name(), group);
              roots.put(group.name(), classes);
            });
  }

  /**
   * Finds the groups of a network.
   *
   * @param network an initialised network; not changed
   * @param inputs the type of each input in the network's order; a network does not know its
   *     images' size
   * @throws IllegalArgumentException where the inputs do not fit, or the network is recurrent
   */
  public static ChannelGroups of(ComputationGraph network, InputType... inputs) {
    return scatteredBehind(network, Set.of(), inputs);
  }

  /**
   * Finds the groups of a network whose channels are scattered behind some vertices: what is
   * removed before such a vertex comes back as zeros behind it, by a {@link
   * org.espalier.nn.ChannelScatter}. So the groups before it do not reach behind it, and what is
   * behind it is fixed.
   *
   * @param network an initialised network; not changed
   * @param vertices vertices that make NHWC images or features
   * @param inputs the type of each input in the network's order
   * @throws IllegalArgumentException where the inputs do not fit, the network is recurrent, or a
   *     vertex makes something else
   */
  public static ChannelGroups scatteredBehind(
      ComputationGraph network, Set<String> vertices, InputType... inputs) {
    return new ChannelGroups(ChannelPropagation.through(network, vertices, inputs));
  }

  /** All groups, in the network's order. */
  public List<ChannelGroup> all() {
    return List.copyOf(groups.values());
  }

  /** The groups whose channels can be removed. */
  public List<ChannelGroup> free() {
    return groups.values().stream().filter(group -> !group.isFixed()).toList();
  }

  /** The groups whose channels cannot be removed; each says why. */
  public List<ChannelGroup> fixed() {
    return groups.values().stream().filter(ChannelGroup::isFixed).toList();
  }

  /**
   * Returns the group of a name.
   *
   * @throws IllegalArgumentException when there is none
   */
  public ChannelGroup group(String name) {
    ChannelGroup group = groups.get(name);
    if (group == null) {
      throw new IllegalArgumentException(
          "Cannot find the channel group %s: the groups are %s".formatted(name, groups.keySet()));
    }
    return group;
  }

  /** The groups to which a layer's outputs belong, in the order of its channels. */
  public List<ChannelGroup> madeBy(String layer) {
    return groups.values().stream()
        .filter(
            group ->
                group.slices(ChannelRole.OUTPUT).stream()
                    .anyMatch(slice -> slice.layer().equals(layer)))
        .toList();
  }

  /** What was found on the way. */
  ChannelPropagation propagation() {
    return propagation;
  }

  /** The class of each channel of a group. */
  int[] roots(ChannelGroup group) {
    return roots.get(group.name());
  }
}
