package org.espalier.nn;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.graph.ComputationGraph;

/**
 * Which values of a network's flat parameter vector belong to which parameter, and how each is
 * combined when several workers trained copies of the network.
 *
 * <p>Two vectors are laid out: the <em>full</em> one of {@link ComputationGraph#params()}, and the
 * <em>moving</em> one, which holds the values that training changes, in the same order. Only the
 * moving one travels between driver and workers.
 */
public final class ParameterLayout implements Serializable {
  private static final long serialVersionUID = 1L;

  private final int length;
  private final ArrayList<ParameterRange> ranges;
  private final ArrayList<ParameterRange> moving;
  private final int movingLength;

  ParameterLayout(List<ParameterRange> ranges) {
    this.ranges = new ArrayList<>(ranges);
    this.moving = new ArrayList<>();
    int full = 0;
    int shipped = 0;
    for (ParameterRange range : ranges) {
      if (range.kind() != ParameterClass.FROZEN) {
        int mean = range.isPooled() ? movingMean(range) : -1;
        moving.add(new ParameterRange(range.name(), shipped, range.length(), range.kind(), mean));
        shipped += range.length();
      }
      full += range.length();
    }
    this.length = full;
    this.movingLength = shipped;
  }

  /** Returns where the mean of a pooled range lies among the moving ranges before it. */
  private int movingMean(ParameterRange pooled) {
    int at = 0;
    for (ParameterRange range : ranges) {
      if (range.offset() == pooled.meanOffset()) {
        return at;
      }
      at += range.kind() == ParameterClass.FROZEN ? 0 : range.length();
    }
    throw new IllegalArgumentException(
        "Cannot lay out parameters: the mean of a pooled variance is missing ("
            + pooled.name()
            + ")");
  }

  /**
   * Lays out the parameters of an initialised network.
   *
   * <p>A parameter whose learning rate is the constant 0 is {@link ParameterClass#FROZEN}, whatever
   * its layer says, provided that no constraint and no weight decay moves it otherwise.
   *
   * @throws IllegalArgumentException when a pooled variance has no mean before it in its layer
   */
  public static ParameterLayout of(ComputationGraph graph) {
    return new ParameterLayout(ParameterRanges.of(graph));
  }

  /** Lays out a vector of which every value is averaged, such as an updater's state. */
  public static ParameterLayout means(int length) {
    return new ParameterLayout(
        length == 0
            ? List.of()
            : List.of(new ParameterRange("mean", 0, length, ParameterClass.MEAN, -1)));
  }

  /** Returns the length of the full vector. */
  public int length() {
    return length;
  }

  /** Returns the length of the moving vector. */
  public int movingLength() {
    return movingLength;
  }

  /** Returns the parameters in their order, with offsets in the full vector. */
  public List<ParameterRange> ranges() {
    return List.copyOf(ranges);
  }

  /** Returns the parameters that training changes, with offsets in the moving vector. */
  public List<ParameterRange> movingRanges() {
    return List.copyOf(moving);
  }

  /** Returns the moving values of a full vector. */
  public float[] moving(float[] full) {
    check("take the moving values", length, full.length);
    float[] values = new float[movingLength];
    int at = 0;
    for (ParameterRange range : ranges) {
      if (range.kind() != ParameterClass.FROZEN) {
        System.arraycopy(full, range.offset(), values, at, range.length());
        at += range.length();
      }
    }
    return values;
  }

  /** Writes moving values into their places of a full vector; the others stay. */
  public void put(float[] values, float[] full) {
    check("put moving values", movingLength, values.length);
    check("put moving values", length, full.length);
    int at = 0;
    for (ParameterRange range : ranges) {
      if (range.kind() != ParameterClass.FROZEN) {
        System.arraycopy(values, at, full, range.offset(), range.length());
        at += range.length();
      }
    }
  }

  private static void check(String what, int expected, int given) {
    if (expected != given) {
      throw new IllegalArgumentException(
          String.format("Cannot %s: the vector must have %d values (%d)", what, expected, given));
    }
  }
}
