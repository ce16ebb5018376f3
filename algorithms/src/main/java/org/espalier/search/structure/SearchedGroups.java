package org.espalier.search.structure;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.espalier.graph.ChannelGroup;
import org.espalier.graph.ChannelGroups;
import org.espalier.graph.ChannelRole;
import org.espalier.graph.ChannelSlice;

/**
 * Which channel groups stand at which position of a code. Groups at the same position keep the same
 * share of their channels, though not the same channels.
 *
 * @param positions the names of the groups at each position
 */
public record SearchedGroups(List<List<String>> positions) {
  /** Copies the lists. */
  public SearchedGroups {
    positions = positions.stream().map(List::copyOf).toList();
  }

  /** Returns all free groups, each at a position of its own. */
  public static SearchedGroups each(ChannelGroups groups) {
    return keyed(groups, group -> Optional.of(group.name()));
  }

  /**
   * Returns the free groups that a single layer makes, each at a position of its own: the insides
   * of residual blocks and all of a plain network, not what residual sums tie together. For CIFAR's
   * ResNets and VGG these are the positions of ABCPruner (arXiv:2001.08565).
   */
  public static SearchedGroups inside(ChannelGroups groups) {
    return keyed(groups, group -> isInside(group) ? Optional.of(group.name()) : Optional.empty());
  }

  /**
   * Returns the free groups that a single layer makes, those within one block at one position:
   * groups whose names are the same up to the last dot. For ImageNet's ResNets with bottlenecks
   * these are the positions of ABCPruner.
   */
  public static SearchedGroups insideByBlock(ChannelGroups groups) {
    return keyed(
        groups,
        group -> {
          int dot = group.name().lastIndexOf('.');
          String block = dot < 0 ? group.name() : group.name().substring(0, dot);
          return isInside(group) ? Optional.of(block) : Optional.empty();
        });
  }

  /**
   * Returns free groups by a key of theirs.
   *
   * @param key groups with equal keys stand at one position; those without one are not searched
   */
  public static SearchedGroups keyed(
      ChannelGroups groups, Function<ChannelGroup, Optional<String>> key) {
    Map<String, List<String>> positions = new LinkedHashMap<>();
    for (ChannelGroup group : groups.free()) {
      key.apply(group)
          .ifPresent(
              found ->
                  positions.computeIfAbsent(found, name -> new ArrayList<>()).add(group.name()));
    }
    return new SearchedGroups(List.copyOf(positions.values()));
  }

  private static boolean isInside(ChannelGroup group) {
    return group.slices(ChannelRole.OUTPUT).stream().map(ChannelSlice::layer).distinct().count()
        == 1;
  }
}
