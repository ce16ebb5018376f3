package org.espalier.search.colony;

import java.util.List;
import org.espalier.search.Code;

/** All that is random in a colony. */
interface Draws {
  /** The code that a source begins with. */
  Code initial(int source);

  /** What the employed bee of a source tries in a cycle. */
  Move employed(int cycle, int source);

  /** What the onlookers of a cycle try, in their order, given each source's probability. */
  List<Move> onlookers(int cycle, double[] probabilities);

  /** What a scout finds in place of a source. */
  Code scout(int cycle, int source);
}
