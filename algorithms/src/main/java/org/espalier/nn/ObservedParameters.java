package org.espalier.nn;

import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.NoOp;

/**
 * The parameters that layers set themselves in a forward pass, so that copies of a network differ
 * even where all take the same steps: extremes, and whatever else of a layer with {@link
 * ParameterClasses} has the updater {@link NoOp}.
 *
 * <p>What is recomputed is not among them, nor are the statistics of batch normalisation, which
 * move by way of the gradient view.
 */
public final class ObservedParameters {
  private final INDArray flat;
  private final List<ParameterRange> places;
  private final ParameterLayout layout;

  private ObservedParameters(
      INDArray flat, List<ParameterRange> places, List<ParameterRange> ranges) {
    this.flat = flat;
    this.places = places;
    this.layout = new ParameterLayout(ranges);
  }

  /** Finds them in an initialised network. */
  public static ObservedParameters of(ComputationGraph graph) {
    List<ParameterRange> places = new ArrayList<>();
    List<ParameterRange> ranges = new ArrayList<>();
    int length = 0;
    for (ParameterRanges.Entry entry : ParameterRanges.entries(graph)) {
      if (isObserved(graph, entry)) {
        ParameterRange range = entry.range();
        places.add(range);
        ranges.add(new ParameterRange(range.name(), length, range.length(), range.kind(), -1));
        length += range.length();
      }
    }
    return new ObservedParameters(graph.params(), places, ranges);
  }

  private static boolean isObserved(ComputationGraph graph, ParameterRanges.Entry entry) {
    return switch (entry.range().kind()) {
      case MINIMUM, MAXIMUM -> true;
      case MEAN, UNIT_INTERVAL ->
          ParameterRanges.layer(graph, entry.vertex()) instanceof ParameterClasses
              && entry.vertex().getConfig().getUpdaterByParam(entry.parameter()) instanceof NoOp;
      default -> false;
    };
  }

  /** Tells whether there are none. */
  public boolean isEmpty() {
    return places.isEmpty();
  }

  /** Returns how copies of {@link #values} are combined. */
  public ParameterLayout layout() {
    return layout;
  }

  /** Returns their values in the network, one parameter after the other. */
  public float[] values() {
    float[] values = new float[layout.length()];
    int at = 0;
    for (ParameterRange place : places) {
      for (int i = 0; i < place.length(); i++) {
        values[at++] = flat.getFloat(place.offset() + i);
      }
    }
    return values;
  }

  /**
   * Writes values into the network.
   *
   * @param values as many as {@link #values} returns
   */
  public void put(float[] values) {
    if (values.length != layout.length()) {
      throw new IllegalArgumentException(
          String.format(
              "Cannot put observed parameters: there are %d (%d)", layout.length(), values.length));
    }
    int at = 0;
    for (ParameterRange place : places) {
      for (int i = 0; i < place.length(); i++) {
        flat.putScalar(place.offset() + i, values[at++]);
      }
    }
  }
}
