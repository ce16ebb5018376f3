package org.espalier.search;

import java.util.Optional;

/**
 * Where a search is.
 *
 * @param tally what has been done
 * @param left evaluations still to come, as far as is known
 * @param running candidates submitted and not finished
 * @param best the best evaluation of the search so far; empty before the first success
 * @param diversity how far the population's members are apart: the mean over pairs and positions of
 *     |a - b| / (most - least), in [0, 1]; 0 for fewer than two
 */
public record Progress(
    Tally tally, long left, int running, Optional<Evaluation> best, double diversity) {}
