package org.espalier.inspect;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.espalier.inspect.Layers.Place;

/**
 * Cuts a tall drawing into strips that stand side by side, so that a deep network fits on a screen;
 * cuts are made where few edges pass.
 */
final class Strips {
  private static final double SLACK = 0.2;

  private Strips() {}

  /**
   * Returns the first layer of each strip.
   *
   * @param strips how many strips, at least 1; where that many do not fit, there are fewer
   */
  static List<Integer> starts(Layers layers, int strips) {
    int rows = layers.rows().size();
    List<Integer> starts = new ArrayList<>(List.of(0));
    for (int strip = 1; strip < strips; strip++) {
      int start = starts.get(starts.size() - 1);
      double length = (double) (rows - start) / (strips - strip + 1);
      int cut = cut(layers, start + length, SLACK * length, start);
      if (cut <= start || cut >= rows) {
        break;
      }
      starts.add(cut);
    }
    return starts;
  }

  /** Returns the layer near a wanted one above which the fewest sources' edges pass. */
  private static int cut(Layers layers, double wanted, double slack, int start) {
    int best = -1;
    double least = Double.POSITIVE_INFINITY;
    int from = Math.max(start + 1, (int) Math.ceil(wanted - slack));
    int to = Math.min(layers.rows().size() - 1, (int) Math.floor(wanted + slack));
    for (int row = from; row <= to; row++) {
      Set<Place> sources = new HashSet<>();
      layers.rows().get(row).forEach(place -> sources.addAll(place.above));
      double cost = sources.size() + Math.abs(row - wanted) / (slack + 1);
      if (cost < least) {
        least = cost;
        best = row;
      }
    }
    return best;
  }
}
