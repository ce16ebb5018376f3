package org.espalier.inspect;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.espalier.inspect.Layers.Place;

/**
 * Where the nodes and edges of a topology are drawn.
 *
 * @param width width of the whole
 * @param height height of the whole
 * @param boxes the middle of each node's box, by name
 * @param edges the edges as SVG paths
 */
record GraphLayout(double width, double height, Map<String, Point> boxes, List<Edge> edges) {
  /** The width of a node's box. */
  static final double BOX_WIDTH = 152;

  /** The height of a node's box. */
  static final double BOX_HEIGHT = 34;

  private static final double ROW = 50;
  private static final double WAY_WIDTH = 14;
  private static final double GAP = 16;
  private static final double MARGIN = 48;
  private static final double LANE = 9;
  private static final double ASPECT = 1.7;
  private static final int MOST_STRIPS = 24;

  /** A point of the drawing, x to the right and y down. */
  record Point(double x, double y) {}

  /** An edge between two nodes, and its path. */
  record Edge(String from, String to, String path) {}

  static GraphLayout of(Topology topology) {
    return new Drawing(topology).layout();
  }

  /** Coordinates in the making. */
  private static final class Drawing {
    private final Topology topology;
    private final Layers layers;
    private final Map<Place, Point> points = new HashMap<>();
    private final int[] stripOf;
    private final List<Double> rights = new ArrayList<>();
    private final List<Double> bottoms = new ArrayList<>();

    Drawing(Topology topology) {
      this.topology = topology;
      this.layers = Layers.of(topology);
      this.stripOf = new int[layers.rows().size()];
      Placement placement = new Placement(BOX_WIDTH, WAY_WIDTH, GAP);
      placement.place(layers);
      List<Integer> starts = starts(placement);
      double left = MARGIN;
      for (int strip = 0; strip < starts.size(); strip++) {
        int end = strip + 1 < starts.size() ? starts.get(strip + 1) : stripOf.length;
        left = strip(placement, strip, starts.get(strip), end, left) + MARGIN;
      }
    }

    /** Cuts into as many strips as bring the whole nearest to the wanted shape. */
    private List<Integer> starts(Placement placement) {
      List<Integer> best = List.of(0);
      double least = Double.POSITIVE_INFINITY;
      for (int strips = 1; strips <= MOST_STRIPS; strips++) {
        List<Integer> starts = Strips.starts(layers, strips);
        double width = MARGIN;
        int longest = 0;
        for (int strip = 0; strip < starts.size(); strip++) {
          int end = strip + 1 < starts.size() ? starts.get(strip + 1) : stripOf.length;
          double[] extent = extent(placement, starts.get(strip), end);
          width += extent[1] - extent[0] + MARGIN;
          longest = Math.max(longest, end - starts.get(strip));
        }
        double error = Math.abs(Math.log(width / (ROW * longest + 2 * MARGIN) / ASPECT));
        if (error < least) {
          least = error;
          best = starts;
        }
      }
      return best;
    }

    /** Returns the left and the right edge of some layers. */
    private double[] extent(Placement placement, int from, int to) {
      double[] extent = {Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY};
      for (List<Place> row : layers.rows().subList(from, to)) {
        for (Place place : row) {
          extent[0] = Math.min(extent[0], place.x - placement.width(place) / 2);
          extent[1] = Math.max(extent[1], place.x + placement.width(place) / 2);
        }
      }
      return extent;
    }

    /** Moves a strip's places to the right of what is there; returns its right edge. */
    private double strip(Placement placement, int strip, int from, int to, double left) {
      double[] extent = extent(placement, from, to);
      double right = left + extent[1] - extent[0];
      for (int row = from; row < to; row++) {
        stripOf[row] = strip;
        double y = MARGIN + ROW * (row - from) + BOX_HEIGHT / 2;
        for (Place place : layers.rows().get(row)) {
          points.put(place, new Point(place.x - extent[0] + left, y));
        }
      }
      rights.add(right);
      bottoms.add(MARGIN + ROW * (to - from - 1) + BOX_HEIGHT);
      return right;
    }

    GraphLayout layout() {
      Map<String, Point> boxes = new LinkedHashMap<>();
      layers.nodes().forEach((name, place) -> boxes.put(name, points.get(place)));
      List<Edge> edges = new ArrayList<>();
      for (Node node : topology.nodes()) {
        for (String input : node.inputs().stream().distinct().toList()) {
          edges.add(new Edge(input, node.name(), path(layers.way(input, node.name()))));
        }
      }
      double height = bottoms.stream().mapToDouble(bottom -> bottom).max().orElse(0) + MARGIN;
      return new GraphLayout(rights.get(rights.size() - 1) + MARGIN, height, boxes, edges);
    }

    private String path(List<Place> way) {
      Point start = lower(way.get(0));
      StringBuilder path = new StringBuilder("M" + text(start.x(), start.y()));
      for (int i = 1; i < way.size(); i++) {
        Place from = way.get(i - 1);
        Place to = way.get(i);
        if (stripOf[from.row] == stripOf[to.row]) {
          curve(path, lower(from), upper(to));
        } else {
          across(path, from, to);
        }
        if (to.isWayPoint()) {
          path.append('L').append(text(lower(to).x(), lower(to).y()));
        }
      }
      return path.toString();
    }

    private static void curve(StringBuilder path, Point from, Point to) {
      double middle = (from.y() + to.y()) / 2;
      path.append('C')
          .append(text(from.x(), middle))
          .append(' ')
          .append(text(to.x(), middle))
          .append(' ')
          .append(text(to.x(), to.y()));
    }

    /** From the bottom of a strip, through the margin, to the top of the next one. */
    private void across(StringBuilder path, Place from, Place to) {
      int strip = stripOf[from.row];
      int lane = layers.rows().get(from.row).indexOf(from);
      double shift = LANE * Math.min(lane, 3);
      double bottom = bottoms.get(strip) + LANE + shift;
      double side = rights.get(strip) + LANE + shift;
      double top = MARGIN - LANE - shift;
      path.append('V').append(number(bottom));
      path.append('H').append(number(side));
      path.append('V').append(number(top));
      path.append('H').append(number(points.get(to).x()));
      path.append('V').append(number(upper(to).y()));
    }

    private Point lower(Place place) {
      Point point = points.get(place);
      return new Point(point.x(), point.y() + BOX_HEIGHT / 2);
    }

    private Point upper(Place place) {
      Point point = points.get(place);
      return new Point(point.x(), point.y() - BOX_HEIGHT / 2);
    }

    private static String text(double x, double y) {
      return number(x) + " " + number(y);
    }

    private static String number(double value) {
      return String.format(Locale.ROOT, "%.1f", value);
    }
  }
}
