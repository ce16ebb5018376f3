package org.espalier.prune.scop;

import java.util.SplittableRandom;

/** Orders of rows. */
final class Orders {
  private Orders() {}

  /** Returns 0 to size - 1. */
  static int[] identity(int size) {
    int[] order = new int[size];
    for (int i = 0; i < size; i++) {
      order[i] = i;
    }
    return order;
  }

  /** Returns 0 to size - 1 in random order, each order being equally likely. */
  static int[] shuffled(int size, SplittableRandom random) {
    int[] order = identity(size);
    for (int i = size - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int swapped = order[i];
      order[i] = order[j];
      order[j] = swapped;
    }
    return order;
  }

  /** Returns a random order that leaves no row in its place: a shift within a random order. */
  static int[] deranged(int size, SplittableRandom random) {
    if (size < 2) {
      throw new IllegalArgumentException(
          "Cannot derange a batch: it must have at least two rows (" + size + ")");
    }
    int[] ring = shuffled(size, random);
    int shift = 1 + random.nextInt(size - 1);
    int[] order = new int[size];
    for (int i = 0; i < size; i++) {
      order[ring[i]] = ring[(i + shift) % size];
    }
    return order;
  }

  /** Copies row order[i] of the first half to row i of the second half. */
  static void copy(float[] stacked, int[] order, int rowSize) {
    for (int i = 0; i < order.length; i++) {
      System.arraycopy(stacked, order[i] * rowSize, stacked, (order.length + i) * rowSize, rowSize);
    }
  }
}
