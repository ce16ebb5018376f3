package org.espalier.search;

/** Is told how a search goes, on the thread that runs it; what it throws ends the search. */
public interface SearchListener {
  /** A candidate was handed to the evaluator. */
  default void began(Candidate candidate, Origin origin, Progress progress) {}

  /** An evaluation is known, and in the journal. */
  default void ended(Evaluation evaluation, Progress progress) {}
}
