package org.espalier.graph;

import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.deeplearning4j.nn.conf.InputPreProcessor;

/** New nodes on their way into the place of old ones: what they read, and what they take over. */
final class Substitution {
  private final Map<String, Entry> entries;
  private final NewLayers newLayers;
  private final List<Node> gone;
  private final Set<String> names = new HashSet<>();
  private final Map<String, Entry> added = new LinkedHashMap<>();
  private String last;

  /**
   * Begins with no new node.
   *
   * @param entries the graph as it is
   * @param gone the nodes to be replaced, in topological order
   */
  Substitution(Map<String, Entry> entries, NewLayers newLayers, List<Node> gone) {
    this.entries = entries;
    this.newLayers = newLayers;
    this.gone = gone;
    gone.forEach(node -> names.add(node.name()));
  }

  boolean removes(String name) {
    return names.contains(name);
  }

  /** Whether a name that is in use in the graph may be a new node's. */
  boolean frees(String name) {
    return names.contains(name) && !added.containsKey(name);
  }

  /** The new nodes, in the order in which they came. */
  Map<String, Entry> added() {
    return Collections.unmodifiableMap(added);
  }

  void add(NewNode node) {
    if (added.containsKey(node.name())) {
      throw new IllegalArgumentException(
          "Cannot put in node " + node.name() + ": it comes twice (" + added.keySet() + ")");
    }
    if (!node.inputs().isEmpty()) {
      added.put(node.name(), successor(node, node.inputs()));
    } else {
      added.put(node.name(), last == null ? first(node) : successor(node, List.of(last)));
    }
    last = node.name();
  }

  /** The first new node reads what the old ones read, where just one of them reads others. */
  private Entry first(NewNode node) {
    List<Node> leaves =
        gone.stream().filter(old -> old.inputs().stream().noneMatch(names::contains)).toList();
    boolean othersRead =
        gone.stream()
            .filter(old -> !leaves.contains(old))
            .anyMatch(old -> !names.containsAll(old.inputs()));
    if (leaves.size() != 1 || othersRead) {
      List<String> order = gone.stream().map(Node::name).toList();
      throw new IllegalArgumentException(
          "Cannot put in node " + node.name() + ": it must say what it reads (" + order + ")");
    }
    Entry entry = successor(node, leaves.get(0).inputs());
    InputPreProcessor before = leaves.get(0).preprocessor();
    return before == null || node.preprocessor() != null
        ? entry
        : KeptPreprocessing.first(leaves.get(0).name(), before, node.name(), entry);
  }

  /** A node that takes an old one's name takes over its parameters. */
  private Entry successor(NewNode node, List<String> inputs) {
    Entry old = names.contains(node.name()) ? entries.get(node.name()) : null;
    Entry entry = new Entry(newLayers.vertex(node), inputs, old == null ? null : old.origin());
    if (old != null) {
      entry.given().putAll(old.given());
      entry.carried().putAll(old.carried());
    }
    entry.given().putAll(node.parameters());
    return entry;
  }
}
