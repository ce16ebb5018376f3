package org.espalier.graph;

import java.util.List;
import java.util.Map;

/** A piece of a network that a {@link Pattern} describes. */
public final class Match {
  private final Node root;
  private final List<Node> nodes;
  private final Map<String, String> labelled;

  Match(Node root, List<Node> nodes, Map<String, String> labelled) {
    this.root = root;
    this.nodes = List.copyOf(nodes);
    this.labelled = labelled;
  }

  /** The last node, the only one that may be read from outside the match. */
  public Node root() {
    return root;
  }

  /** All nodes of the match, each behind all that it reads. */
  public List<Node> nodes() {
    return nodes;
  }

  /**
   * The node of the match that the pattern labelled so.
   *
   * @throws IllegalArgumentException when there is none
   */
  public Node node(String label) {
    String name = name(label);
    return nodes.stream()
        .filter(node -> node.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "Cannot find a node of the match: it is outside (" + label + ")"));
  }

  /**
   * The name of what the pattern labelled so, in the match or outside it.
   *
   * @throws IllegalArgumentException when the pattern has no such label
   */
  public String name(String label) {
    String name = labelled.get(label);
    if (name == null) {
      throw new IllegalArgumentException(
          "Cannot find a node of the match: the pattern has no such label (" + label + ")");
    }
    return name;
  }
}
