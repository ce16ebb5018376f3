package org.espalier.search.colony;

import org.espalier.search.Code;
import org.espalier.search.SearchSpace;

/**
 * What a bee tries: the numbers that were drawn for it.
 *
 * @param source the source whose neighbour it tries
 * @param partner the source that it looks at
 * @param positions which numbers change; of equal positions the last counts
 * @param factors for each position how far, in [-1, 1]
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Move(int source, int partner, int[] positions, double[] factors) {

  /** Returns the neighbour of a code, given that of the partner. */
  Code neighbour(Code own, Code other, Rounding rounding, SearchSpace space) {
    Code neighbour = own;
    for (int i = 0; i < positions.length; i++) {
      int position = positions[i];
      double moved =
          own.at(position) + factors[i] * (own.at(position) - (double) other.at(position));
      neighbour = neighbour.with(position, space.clamp(position, rounding.round(moved)));
    }
    return neighbour;
  }
}
