package org.espalier.search.colony;

import java.util.List;
import org.espalier.search.Code;
import org.espalier.search.Origin;

/** What has to be evaluated, as far as it is known when its phase begins. */
sealed interface Task {
  /** The phase. */
  Phase phase();

  /** The cycle, from 0. */
  int cycle();

  /** The source that it is for. */
  int source();

  /** A bee tries a neighbour of a source. */
  record Visit(Phase phase, int cycle, Move move) implements Task {
    @Override
    public int source() {
      return move.source();
    }
  }

  /** A code takes the place of a source. */
  record Discovery(Phase phase, int cycle, int source, Code code) implements Task {}

  /** Returns where a proposal for this comes from. */
  default Origin origin(int wave, List<Long> after) {
    return new Origin(phase().label(), cycle(), source(), wave, after);
  }
}
