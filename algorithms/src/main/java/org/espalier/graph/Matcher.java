package org.espalier.graph;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Looks for the matches of one pattern, one after the other, while the graph changes. */
final class Matcher {
  private final Pattern pattern;
  private final Set<String> skipped = new HashSet<>();
  private final Set<String> declined = new HashSet<>();
  private Map<String, Node> nodes = Map.of();

  Matcher(Pattern pattern) {
    this.pattern = pattern;
  }

  /**
   * What is known while a match grows.
   *
   * @param inside the names of the nodes that are part of it
   * @param outside the names of what it reads by a pattern for the outside
   * @param labelled names by label
   */
  private record Binding(Set<String> inside, Set<String> outside, Map<String, String> labelled) {

    Binding with(Pattern pattern, String name) {
      Set<String> more = new LinkedHashSet<>(pattern.isOutside() ? outside : inside);
      more.add(name);
      Map<String, String> labels = new HashMap<>(labelled);
      if (pattern.label() != null) {
        labels.put(pattern.label(), name);
      }
      return pattern.isOutside()
          ? new Binding(inside, more, labels)
          : new Binding(more, outside, labels);
    }
  }

  /** Keeps a node out of all further matches. */
  void skip(String name) {
    skipped.add(name);
  }

  /** Leaves a match as it is, and looks for no other one with the same last node. */
  void decline(Match match) {
    declined.add(match.root().name());
  }

  /** The first match, nearest to the network's inputs. */
  Optional<Match> next(NetworkGraph graph) {
    List<Node> order = graph.nodes();
    nodes = order.stream().collect(Collectors.toMap(Node::name, node -> node));
    for (Node root : order) {
      if (!declined.contains(root.name())) {
        Binding nothing = new Binding(Set.of(), Set.of(), Map.of());
        for (Binding binding : bindings(pattern, root.name(), nothing)) {
          if (isClosed(binding, root)) {
            List<Node> inside =
                order.stream().filter(node -> binding.inside().contains(node.name())).toList();
            return Optional.of(new Match(root, inside, binding.labelled()));
          }
        }
      }
    }
    return Optional.empty();
  }

  private List<Binding> bindings(Pattern part, String name, Binding before) {
    if (part.isOutside()) {
      return List.of(before.with(part, name));
    }
    Node node = nodes.get(name);
    if (node == null
        || skipped.contains(name)
        || before.inside().contains(name)
        || !part.accepts(node)) {
      return List.of();
    }
    Binding start = before.with(part, name);
    return switch (part.order()) {
      case UNSAID -> List.of(start);
      case GIVEN -> inputBindings(part.inputs(), node.inputs(), start);
      case ANY ->
          permutations(node.inputs()).stream()
              .flatMap(inputs -> inputBindings(part.inputs(), inputs, start).stream())
              .toList();
    };
  }

  private List<Binding> inputBindings(List<Pattern> parts, List<String> inputs, Binding start) {
    if (parts.size() != inputs.size()) {
      return List.of();
    }
    List<Binding> bindings = List.of(start);
    for (int i = 0; i < parts.size(); i++) {
      List<Binding> further = new ArrayList<>();
      for (Binding binding : bindings) {
        further.addAll(bindings(parts.get(i), inputs.get(i), binding));
      }
      bindings = further;
    }
    return bindings;
  }

  private static List<List<String>> permutations(List<String> names) {
    if (names.isEmpty()) {
      return List.of(List.of());
    }
    List<List<String>> permutations = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      List<String> others = new ArrayList<>(names);
      String first = others.remove(i);
      for (List<String> rest : permutations(others)) {
        List<String> all = new ArrayList<>(List.of(first));
        all.addAll(rest);
        permutations.add(all);
      }
    }
    return permutations;
  }

  /** Whether nothing outside needs what would go with the match. */
  private boolean isClosed(Binding binding, Node root) {
    for (String name : binding.inside()) {
      Node node = nodes.get(name);
      boolean inner = !name.equals(root.name());
      if (inner && (node.isOutput() || !binding.inside().containsAll(node.users()))) {
        return false;
      }
      if (binding.outside().contains(name)) {
        return false;
      }
    }
    return true;
  }
}
