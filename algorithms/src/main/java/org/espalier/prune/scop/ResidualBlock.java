package org.espalier.prune.scop;

import java.util.List;

/**
 * The branch of a residual block that computes, as a chain of convolutions.
 *
 * @param sum the vertex where the branch is added to its shortcut
 * @param units the convolutions from first to last; the first reads the whole residual stream, the
 *     last is added to it
 */
record ResidualBlock(String sum, List<PrunableUnit> units) {
  /** The last normalisation, behind which the branch has the width of the residual stream. */
  String end() {
    return units.get(units.size() - 1).normalization();
  }
}
