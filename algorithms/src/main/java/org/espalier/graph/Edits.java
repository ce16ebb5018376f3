package org.espalier.graph;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.InputPreProcessor;

/** The nodes of a graph under edit. Each edit makes a new state and keeps it when it is sound. */
final class Edits {
  private final NewLayers newLayers;
  private final Set<String> unreadAtFirst = new TreeSet<>();
  private Map<String, Entry> entries = new LinkedHashMap<>();
  private List<String> networkInputs;
  private List<String> networkOutputs;
  private Wiring wiring;

  Edits(ComputationGraphConfiguration configuration) {
    this.newLayers = new NewLayers(configuration);
    this.networkInputs = List.copyOf(configuration.getNetworkInputs());
    this.networkOutputs = List.copyOf(configuration.getNetworkOutputs());
    configuration
        .getVertices()
        .forEach(
            (name, vertex) -> {
              List<String> read = configuration.getVertexInputs().getOrDefault(name, List.of());
              entries.put(name, new Entry(Configurations.copy(vertex), read, name));
            });
    this.wiring = Wiring.of(networkInputs, reads(entries));
    this.unreadAtFirst.addAll(unread());
  }

  List<String> networkInputs() {
    return networkInputs;
  }

  List<String> networkOutputs() {
    return networkOutputs;
  }

  Wiring wiring() {
    return wiring;
  }

  Map<String, Entry> entries() {
    return Collections.unmodifiableMap(entries);
  }

  boolean has(String name) {
    return entries.containsKey(name) || networkInputs.contains(name);
  }

  Entry entry(String name) {
    Entry entry = entries.get(name);
    if (entry == null) {
      throw new IllegalArgumentException(
          "Cannot edit node "
              + name
              + (networkInputs.contains(name)
                  ? ": it is an input of the network"
                  : ": there is none"));
    }
    return entry;
  }

  Node node(String name) {
    Entry entry = entry(name);
    return new Node(
        name, entry.vertex(), entry.inputs(), wiring.users(name), networkOutputs.contains(name));
  }

  void insertAfter(String name, NewNode added) {
    if (!networkInputs.contains(name)) {
      entry(name);
    }
    if (networkOutputs.contains(name)) {
      throw refused(added, "after " + name, "that is an output of the network", name);
    }
    checkFree(added, "after " + name);
    Map<String, Entry> edited = new LinkedHashMap<>();
    if (networkInputs.contains(name)) {
      edited.put(added.name(), entryOf(added, List.of(name)));
    }
    entries.forEach(
        (node, entry) -> {
          edited.put(node, redirected(entry, name, added.name()));
          if (node.equals(name)) {
            edited.put(added.name(), entryOf(added, List.of(name)));
          }
        });
    keep(edited, networkOutputs);
  }

  void insertBefore(String name, NewNode added) {
    List<String> inputs = entry(name).inputs();
    if (inputs.size() != 1) {
      throw refused(added, "before " + name, "that does not have one input", inputs.size());
    }
    insertBetween(inputs.get(0), name, added);
  }

  void insertBetween(String from, String to, NewNode added) {
    Entry reader = entry(to);
    if (!reader.inputs().contains(from)) {
      throw refused(added, "before " + to, "that does not read " + from, reader.inputs());
    }
    checkFree(added, "before " + to);
    Map<String, Entry> edited = new LinkedHashMap<>();
    entries.forEach(
        (node, entry) -> {
          if (node.equals(to)) {
            edited.put(added.name(), entryOf(added, List.of(from)));
            edited.put(node, redirected(entry, from, added.name()));
          } else {
            edited.put(node, entry);
          }
        });
    keep(edited, networkOutputs);
  }

  void remove(String name) {
    Entry gone = entry(name);
    if (networkOutputs.contains(name)) {
      throw new IllegalArgumentException(
          "Cannot remove node " + name + ": it is an output of the network");
    }
    List<String> users = wiring.users(name);
    if (!users.isEmpty() && gone.inputs().size() != 1) {
      throw new IllegalArgumentException(
          "Cannot remove node " + name + ": it has " + gone.inputs().size() + " inputs");
    }
    Map<String, Entry> edited = new LinkedHashMap<>(entries);
    edited.remove(name);
    InputPreProcessor before = node(name).preprocessor();
    for (String user : users) {
      Entry entry = redirected(edited.get(user), name, gone.inputs().get(0));
      edited.put(user, before == null ? entry : KeptPreprocessing.first(name, before, user, entry));
    }
    keep(edited, networkOutputs);
  }

  void rename(String from, String to) {
    if (!has(from)) {
      entry(from);
    }
    if (from.equals(to)) {
      return;
    }
    if (has(to)) {
      throw new IllegalArgumentException(
          "Cannot rename node " + from + ": the name is in use (" + to + ")");
    }
    entries.forEach((node, entry) -> entry.checkNotNamedInside(from, node));
    Map<String, Entry> edited = new LinkedHashMap<>();
    entries.forEach(
        (node, entry) -> edited.put(node.equals(from) ? to : node, redirected(entry, from, to)));
    List<String> inputs = renamed(networkInputs, from, to);
    this.wiring = Wiring.of(inputs, reads(edited));
    this.entries = edited;
    this.networkInputs = inputs;
    this.networkOutputs = renamed(networkOutputs, from, to);
  }

  /**
   * Puts nodes in the place of others.
   *
   * @param gone the nodes to remove, in topological order
   * @param root the one of them that others may read
   */
  void substitute(List<Node> gone, String root, List<NewNode> by) {
    if (by.isEmpty()) {
      throw new IllegalArgumentException("Cannot replace node " + root + ": by no node");
    }
    Substitution substitution = new Substitution(entries, newLayers, gone);
    for (NewNode node : by) {
      if (has(node.name()) && !substitution.frees(node.name())) {
        throw refused(node, "in the place of " + root, "the name is in use", node.name());
      }
      substitution.add(node);
    }
    String last = by.get(by.size() - 1).name();
    Map<String, Entry> edited = new LinkedHashMap<>();
    for (Map.Entry<String, Entry> old : entries.entrySet()) {
      if (old.getKey().equals(root)) {
        edited.putAll(substitution.added());
      } else if (!substitution.removes(old.getKey())) {
        edited.put(old.getKey(), redirected(old.getValue(), root, last));
      }
    }
    keep(edited, renamed(networkOutputs, root, last));
  }

  private Entry entryOf(NewNode node, List<String> inputs) {
    Entry entry =
        new Entry(newLayers.vertex(node), node.inputs().isEmpty() ? inputs : node.inputs(), null);
    entry.given().putAll(node.parameters());
    return entry;
  }

  private void checkFree(NewNode added, String where) {
    if (has(added.name())) {
      throw refused(added, where, "the name is in use", added.name());
    }
  }

  private static IllegalArgumentException refused(
      NewNode added, String where, String reason, Object value) {
    return new IllegalArgumentException(
        "Cannot insert node " + added.name() + " " + where + ": " + reason + " (" + value + ")");
  }

  private void keep(Map<String, Entry> edited, List<String> outputs) {
    this.wiring = Wiring.of(networkInputs, reads(edited));
    this.entries = edited;
    this.networkOutputs = outputs;
  }

  private static Entry redirected(Entry entry, String from, String to) {
    return entry.inputs().contains(from) ? entry.reading(renamed(entry.inputs(), from, to)) : entry;
  }

  private static List<String> renamed(List<String> names, String from, String to) {
    return names.stream().map(name -> name.equals(from) ? to : name).toList();
  }

  private static Map<String, List<String>> reads(Map<String, Entry> entries) {
    Map<String, List<String>> reads = new LinkedHashMap<>();
    entries.forEach((name, entry) -> reads.put(name, entry.inputs()));
    return reads;
  }

  private List<String> unread() {
    return entries.keySet().stream()
        .filter(name -> wiring.users(name).isEmpty() && !networkOutputs.contains(name))
        .toList();
  }

  /** Checks that all nodes are of use, save those that were of none in the first place. */
  void checkRead() {
    for (String name : unread()) {
      if (!unreadAtFirst.contains(String.valueOf(entries.get(name).origin()))) {
        throw new IllegalArgumentException(
            "Cannot build the network: nothing reads node "
                + name
                + ", and it is no output ("
                + networkOutputs
                + ")");
      }
    }
  }
}
