package org.espalier.spark.search;

/** Is told of each evaluation when it is over, on the evaluator's threads, several at once. */
@FunctionalInterface
public interface CandidateListener {
  /** An evaluation is over; what this throws becomes the candidate's failure. */
  void evaluated(CandidateRun run);
}
