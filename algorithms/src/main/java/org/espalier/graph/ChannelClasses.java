package org.espalier.graph;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Channels by number, which of them are tied together (union-find), and what is known of them.
 *
 * <p>Facts are kept by number as they are found and are read by class, once everything is tied.
 */
final class ChannelClasses {
  private int[] parent = new int[1024];
  private int size;
  private final List<String> origins = new ArrayList<>();
  private final List<ChannelUse> uses = new ArrayList<>();
  private final Map<Integer, Set<String>> reasons = new LinkedHashMap<>();
  private final Map<Integer, Set<String>> reasonsIfLoud = new LinkedHashMap<>();
  private final Set<Integer> loud = new LinkedHashSet<>();

  /** Makes new channels, which begin in a vertex. */
  int[] fresh(String vertex, int count) {
    int[] ids = new int[count];
    for (int i = 0; i < count; i++) {
      if (size == parent.length) {
        parent = Arrays.copyOf(parent, 2 * size);
      }
      parent[size] = size;
      origins.add(vertex);
      ids[i] = size++;
    }
    return ids;
  }

  /** The number of channels made so far. */
  int size() {
    return size;
  }

  /** The number that stands for a channel's class: the lowest in it. */
  int root(int id) {
    int at = id;
    while (parent[at] != at) {
      parent[at] = parent[parent[at]];
      at = parent[at];
    }
    return at;
  }

  /** Ties channels together, index by index. */
  void unite(int[] a, int[] b) {
    for (int i = 0; i < a.length; i++) {
      unite(a[i], b[i]);
    }
  }

  /** Ties two channels together. */
  void unite(int a, int b) {
    int first = root(a);
    int second = root(b);
    parent[Math.max(first, second)] = Math.min(first, second);
  }

  /** Notes that channels cannot be removed. */
  void fix(int[] ids, String reason) {
    for (int id : ids) {
      reasons.computeIfAbsent(id, key -> new LinkedHashSet<>()).add(reason);
    }
  }

  /** Notes that channels cannot be removed if they turn out to be loud. */
  void fixIfLoud(int[] ids, String reason) {
    for (int id : ids) {
      reasonsIfLoud.computeIfAbsent(id, key -> new LinkedHashSet<>()).add(reason);
    }
  }

  /** Notes that channels are not zero even where all parameters that make them are. */
  void loud(int[] ids) {
    for (int id : ids) {
      loud.add(id);
    }
  }

  /** Notes an axis of a parameter. */
  void use(ChannelUse use) {
    uses.add(use);
  }

  /** All axes that were noted, in the network's order. */
  List<ChannelUse> uses() {
    return uses;
  }

  /** The vertex in which a class began. */
  String origin(int root) {
    return origins.get(root);
  }

  /** The classes that have a channel that is loud. */
  Set<Integer> loudRoots() {
    Set<Integer> roots = new LinkedHashSet<>();
    loud.forEach(id -> roots.add(root(id)));
    return roots;
  }

  /** Why classes cannot be removed. */
  Map<Integer, Set<String>> reasonsByRoot() {
    Map<Integer, Set<String>> byRoot = new LinkedHashMap<>();
    reasons.forEach(
        (id, why) -> byRoot.computeIfAbsent(root(id), key -> new LinkedHashSet<>()).addAll(why));
    Set<Integer> loudRoots = loudRoots();
    reasonsIfLoud.forEach(
        (id, why) -> {
          if (loudRoots.contains(root(id))) {
            byRoot.computeIfAbsent(root(id), key -> new LinkedHashSet<>()).addAll(why);
          }
        });
    return byRoot;
  }
}
