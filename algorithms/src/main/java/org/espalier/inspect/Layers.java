package org.espalier.inspect;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A topology in layers for drawing: every node stands one layer below the lowest of those that it
 * reads, and an edge over several layers goes through a way point on each one between.
 */
final class Layers {
  private final List<List<Place>> rows = new ArrayList<>();
  private final Map<String, Place> nodes = new LinkedHashMap<>();

  /** A node's place, or a way point's, on its layer. */
  static final class Place {
    final Node node;
    final int row;
    final List<Place> above = new ArrayList<>();
    final List<Place> below = new ArrayList<>();
    double x;

    private Place(Node node, int row) {
      this.node = node;
      this.row = row;
    }

    boolean isWayPoint() {
      return node == null;
    }
  }

  private Layers() {}

  static Layers of(Topology topology) {
    Layers layers = new Layers();
    for (Node node : topology.nodes()) {
      int row = node.inputs().stream().mapToInt(i -> layers.nodes.get(i).row + 1).max().orElse(0);
      layers.nodes.put(node.name(), layers.place(node, row));
    }
    Map<String, List<Place>> ways = new HashMap<>();
    for (Node node : topology.nodes()) {
      node.inputs().stream().distinct().forEach(input -> layers.connect(input, node, ways));
    }
    return layers;
  }

  private Place place(Node node, int row) {
    Place place = new Place(node, row);
    while (rows.size() <= row) {
      rows.add(new ArrayList<>());
    }
    rows.get(row).add(place);
    return place;
  }

  /** Leads an edge through way points, which all edges from the same node share. */
  private void connect(String input, Node node, Map<String, List<Place>> ways) {
    Place to = nodes.get(node.name());
    List<Place> way = ways.computeIfAbsent(input, key -> new ArrayList<>(List.of(nodes.get(key))));
    while (way.get(way.size() - 1).row < to.row - 1) {
      Place last = way.get(way.size() - 1);
      Place next = place(null, last.row + 1);
      link(last, next);
      way.add(next);
    }
    link(way.get(to.row - 1 - way.get(0).row), to);
  }

  private static void link(Place from, Place to) {
    from.below.add(to);
    to.above.add(from);
  }

  /** Returns the layers from top to bottom, each from left to right. */
  List<List<Place>> rows() {
    return rows;
  }

  /** Returns the places of the nodes, by name. */
  Map<String, Place> nodes() {
    return nodes;
  }

  /** Returns the places through which an edge goes, both ends included. */
  List<Place> way(String from, String to) {
    List<Place> way = new ArrayList<>();
    Place end = nodes.get(to);
    Place start = nodes.get(from);
    Place at = start;
    while (at != end) {
      way.add(at);
      Place next = at.below.contains(end) ? end : null;
      for (Place below : at.below) {
        next = next == null && below.isWayPoint() ? below : next;
      }
      at = next;
    }
    way.add(end);
    return way;
  }
}
