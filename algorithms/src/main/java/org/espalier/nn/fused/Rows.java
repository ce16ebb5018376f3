package org.espalier.nn.fused;

import org.bytedeco.javacpp.Pointer;

/** The order in which a program has the rows of a batch. */
final class Rows {
  private final int[] places;

  /**
   * An order.
   *
   * @param places for each place in the program the row of the batch
   */
  Rows(int[] places) {
    this.places = places;
  }

  /** Copies rows of so many bytes from the order of the batch to the program's. */
  void arrange(long batch, long program, long bytes) {
    for (int place = 0; place < places.length; place++) {
      copy(batch + places[place] * bytes, program + place * bytes, bytes);
    }
  }

  /** Copies them back. */
  void restore(long program, long batch, long bytes) {
    for (int place = 0; place < places.length; place++) {
      copy(program + place * bytes, batch + places[place] * bytes, bytes);
    }
  }

  private static void copy(long from, long to, long bytes) {
    Pointer.memcpy(Address.of(to), Address.of(from), bytes);
  }
}
