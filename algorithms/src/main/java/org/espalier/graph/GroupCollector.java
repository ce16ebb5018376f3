package org.espalier.graph;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Collects classes of channels that are used alike into groups.
 *
 * <p>Two classes are alike when they have as many indices on the same axes of the same parameters,
 * are fixed for the same reasons, and are both silent or both loud.
 */
final class GroupCollector {
  private final ChannelClasses classes;
  private final Map<Integer, Map<Integer, List<Integer>>> positions = new TreeMap<>();
  private final Map<Integer, Set<String>> reasons;
  private final Set<Integer> loud;

  GroupCollector(ChannelClasses classes) {
    this.classes = classes;
    this.reasons = classes.reasonsByRoot();
    this.loud = classes.loudRoots();
    List<ChannelUse> uses = classes.uses();
    for (int u = 0; u < uses.size(); u++) {
      int[] ids = uses.get(u).ids();
      for (int i = 0; i < ids.length; i++) {
        positions
            .computeIfAbsent(classes.root(ids[i]), key -> new LinkedHashMap<>())
            .computeIfAbsent(u, key -> new ArrayList<>())
            .add(i);
      }
    }
  }

  /** Returns the groups, and the class behind each of their channels. */
  Map<ChannelGroup, int[]> collect() {
    Map<List<Object>, List<Integer>> alike = new LinkedHashMap<>();
    positions.forEach(
        (root, uses) -> {
          List<Object> signature = new ArrayList<>();
          uses.forEach((use, indices) -> signature.addAll(List.of(use, indices.size())));
          signature.add(reasons.getOrDefault(root, Set.of()));
          signature.add(loud.contains(root));
          alike.computeIfAbsent(signature, key -> new ArrayList<>()).add(root);
        });
    Map<String, Integer> names = new HashMap<>();
    Map<ChannelGroup, int[]> groups = new LinkedHashMap<>();
    for (List<Integer> roots : alike.values()) {
      String base = name(roots.get(0));
      int count = names.merge(base, 1, Integer::sum);
      groups.put(
          group(count == 1 ? base : base + "#" + count, roots),
          roots.stream().mapToInt(Integer::intValue).toArray());
    }
    return groups;
  }

  private String name(int root) {
    for (int use : positions.get(root).keySet()) {
      if (classes.uses().get(use).role() == ChannelRole.OUTPUT) {
        return classes.uses().get(use).layer();
      }
    }
    return classes.origin(root);
  }

  private ChannelGroup group(String name, List<Integer> roots) {
    List<ChannelSlice> slices = new ArrayList<>();
    for (int u : positions.get(roots.get(0)).keySet()) {
      ChannelUse use = classes.uses().get(u);
      int[][] indices =
          roots.stream()
              .map(root -> positions.get(root).get(u).stream().mapToInt(i -> i).toArray())
              .toArray(int[][]::new);
      slices.add(new ChannelSlice(use.layer(), use.parameter(), use.axis(), use.role(), indices));
    }
    return new ChannelGroup(
        name,
        roots.size(),
        slices,
        List.copyOf(reasons.getOrDefault(roots.get(0), Set.of())),
        loud.contains(roots.get(0)));
  }
}
