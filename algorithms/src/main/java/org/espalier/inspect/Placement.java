package org.espalier.inspect;

import java.util.Comparator;
import java.util.List;
import org.espalier.inspect.Layers.Place;

/**
 * Puts places side by side: first their order on each layer, so that few edges cross, then where
 * exactly, so that edges are straight.
 *
 * <p>The order comes from sweeps that sort each layer by the mean place of its neighbours
 * (Sugiyama's barycentres). Coordinates come from sweeps that bring each layer as near to its
 * neighbours as its order allows: the least squares under the least distances, which pooling
 * adjacent violators solves exactly.
 */
final class Placement {
  private static final int SWEEPS = 12;

  private final double nodeWidth;
  private final double wayWidth;
  private final double gap;

  Placement(double nodeWidth, double wayWidth, double gap) {
    this.nodeWidth = nodeWidth;
    this.wayWidth = wayWidth;
    this.gap = gap;
  }

  /** Orders the layers' places and sets their x. */
  void place(Layers layers) {
    List<List<Place>> rows = layers.rows();
    rows.forEach(this::pack);
    for (int sweep = 0; sweep < SWEEPS; sweep++) {
      boolean down = sweep % 2 == 0;
      for (int i = 0; i < rows.size(); i++) {
        List<Place> row = rows.get(down ? i : rows.size() - 1 - i);
        double[] wanted = wanted(row, down);
        for (int k = 0; k < wanted.length; k++) {
          row.get(k).x = wanted[k];
        }
        row.sort(Comparator.comparingDouble(place -> place.x));
        pack(row);
      }
    }
    for (int sweep = 0; sweep < SWEEPS; sweep++) {
      boolean down = sweep % 2 == 0;
      for (int i = 0; i < rows.size(); i++) {
        List<Place> row = rows.get(down ? i : rows.size() - 1 - i);
        spread(row, wanted(row, down));
      }
    }
  }

  /** Puts a layer's places as close to each other as they may be, around 0. */
  private void pack(List<Place> row) {
    double x = 0;
    for (int k = 0; k < row.size(); k++) {
      x += k == 0 ? 0 : distance(row.get(k - 1), row.get(k));
      row.get(k).x = x;
    }
    for (Place place : row) {
      place.x -= x / 2;
    }
  }

  double width(Place place) {
    return place.isWayPoint() ? wayWidth : nodeWidth;
  }

  private double distance(Place left, Place right) {
    return (width(left) + width(right)) / 2 + gap;
  }

  private static double[] wanted(List<Place> row, boolean down) {
    double[] wanted = new double[row.size()];
    for (int k = 0; k < wanted.length; k++) {
      Place place = row.get(k);
      List<Place> neighbours = down ? place.above : place.below;
      wanted[k] = neighbours.stream().mapToDouble(n -> n.x).average().orElse(place.x);
    }
    return wanted;
  }

  private void spread(List<Place> row, double[] wanted) {
    int size = wanted.length;
    double[] offset = new double[size];
    double[] mean = new double[size];
    int[] members = new int[size];
    int pools = 0;
    for (int k = 0; k < size; k++) {
      offset[k] = k == 0 ? 0 : offset[k - 1] + distance(row.get(k - 1), row.get(k));
      mean[pools] = wanted[k] - offset[k];
      members[pools++] = 1;
      while (pools > 1 && mean[pools - 2] > mean[pools - 1]) {
        int both = members[pools - 2] + members[pools - 1];
        mean[pools - 2] =
            (mean[pools - 2] * members[pools - 2] + mean[pools - 1] * members[pools - 1]) / both;
        members[pools - 2] = both;
        pools--;
      }
    }
    int k = 0;
    for (int pool = 0; pool < pools; pool++) {
      for (int m = 0; m < members[pool]; m++, k++) {
        row.get(k).x = mean[pool] + offset[k];
      }
    }
  }
}
