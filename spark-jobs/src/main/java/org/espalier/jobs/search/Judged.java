package org.espalier.jobs.search;

import java.util.List;
import org.espalier.search.Code;
import org.espalier.search.Evaluation;

/**
 * An evaluation as reports have it.
 *
 * @param index its place in the sequential order, from 0
 * @param replicate that of a {@link org.espalier.search.Candidate}
 * @param phase the searcher's name for the part of the search
 * @param cycle which repetition of the phase, from 0
 * @param wave how many evaluations of the phase had to come before, one after the other
 * @param after the indices of the evaluations on whose results it rests
 * @param code what was evaluated
 * @param cost the code's cost
 * @param fitness how fit it is, or NaN for a failure
 * @param failure why there is no fitness, empty where there is one
 * @param how how that was found out
 * @param place where it was evaluated; null where it was not
 */
record Judged(
    long index,
    int replicate,
    String phase,
    int cycle,
    int wave,
    List<Long> after,
    Code code,
    double cost,
    double fitness,
    String failure,
    Evaluation.How how,
    Place place) {

  static Judged of(Evaluation evaluation) {
    boolean failed = evaluation.fitness().isFailed();
    return new Judged(
        evaluation.index(),
        evaluation.replicate(),
        evaluation.proposal().origin().phase(),
        evaluation.proposal().origin().cycle(),
        evaluation.proposal().origin().wave(),
        evaluation.proposal().origin().after(),
        evaluation.code(),
        evaluation.cost(),
        failed ? Double.NaN : evaluation.value(),
        evaluation.fitness().failure(),
        evaluation.how(),
        Place.of(evaluation.fitness().notes()).orElse(null));
  }

  /** Returns how long a task took, in seconds; 0 where there was none. */
  double seconds() {
    return place == null ? 0 : place.seconds();
  }
}
