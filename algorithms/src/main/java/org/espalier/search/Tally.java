package org.espalier.search;

/**
 * What has been done so far.
 *
 * @param evaluated by the evaluator, failures included
 * @param cached known from an equal code
 * @param rejected above the limit of cost
 * @param failed of those evaluated or cached, the failures
 * @param resumed of all, those read from the journal of an earlier run
 */
public record Tally(long evaluated, long cached, long rejected, long failed, long resumed) {
  /** Returns how many evaluations that is. */
  public long total() {
    return evaluated + cached + rejected;
  }

  Tally plus(Evaluation evaluation, boolean isResumed) {
    Evaluation.How how = evaluation.how();
    return new Tally(
        evaluated + (how == Evaluation.How.EVALUATED ? 1 : 0),
        cached + (how == Evaluation.How.CACHED ? 1 : 0),
        rejected + (how == Evaluation.How.REJECTED ? 1 : 0),
        failed + (evaluation.fitness().isFailed() && how != Evaluation.How.REJECTED ? 1 : 0),
        resumed + (isResumed ? 1 : 0));
  }
}
