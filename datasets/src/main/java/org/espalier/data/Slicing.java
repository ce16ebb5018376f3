package org.espalier.data;

import java.util.Arrays;

/**
 * Cuts a set whose records lie at positions 0, 1, 2, ... into slices of equal size, some positions
 * being corrupt and left out.
 */
public final class Slicing {
  private final long positions;
  private final long[] corrupt;

  /**
   * Describes the positions of a set.
   *
   * @param positions the number of positions, corrupt ones included
   * @param corrupt the positions left out, ascending, without repetition
   */
  public Slicing(long positions, long... corrupt) {
    this.positions = positions;
    this.corrupt = corrupt.clone();
  }

  /** Returns the number of usable records. */
  public long size() {
    return positions - corrupt.length;
  }

  /** Returns the slices' bounds: slice i covers positions {@code [bounds[i], bounds[i + 1])}. */
  public long[] bounds(int count) {
    if (count < 1) {
      throw new IllegalArgumentException(
          "Cannot cut a data set: the number of slices must be at least 1 (" + count + ")");
    }
    long[] bounds = new long[count + 1];
    long small = size() / count;
    long larger = size() % count;
    for (int i = 1; i < count; i++) {
      bounds[i] = position(i * small + Math.min(i, larger));
    }
    bounds[count] = positions;
    return bounds;
  }

  /** Returns the number of usable records at positions {@code [from, to)}. */
  public long usable(long from, long to) {
    return to - from - (corruptBefore(to) - corruptBefore(from));
  }

  /** Returns the position of the usable record of a rank; of one too many, the end. */
  private long position(long rank) {
    long position = rank;
    for (long bad : corrupt) {
      if (bad > position) {
        break;
      }
      position++;
    }
    return Math.min(position, positions);
  }

  private int corruptBefore(long position) {
    int found = Arrays.binarySearch(corrupt, position);
    return found >= 0 ? found : -found - 1;
  }
}
