package org.espalier.search;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** One run of a search: what it knows while it goes. */
final class SearchRun {
  private static final String FINAL = "final";

  private final SearchSpace space;
  private final Searcher searcher;
  private final Evaluations evaluations;
  private final SearchJournal journal;
  private final Finalists finalists;
  private final Leaderboard leaderboard;
  private final Optional<ParetoFront> front;
  private final SearchListener listener;
  private Tally tally = new Tally(0, 0, 0, 0, 0);
  private long next;
  private long finalsLeft;

  /**
   * Begins.
   *
   * @param front where the cost is known
   */
  SearchRun(
      SearchSpace space,
      Searcher searcher,
      Evaluations evaluations,
      SearchJournal journal,
      Finalists finalists,
      Optional<ParetoFront> front,
      SearchListener listener) {
    this.space = space;
    this.searcher = searcher;
    this.evaluations = evaluations;
    this.journal = journal;
    this.finalists = finalists;
    this.leaderboard = new Leaderboard(Math.max(1, finalists.codes()));
    this.front = front;
    this.listener = listener;
    this.finalsLeft = (long) finalists.codes() * finalists.replicates();
  }

  SearchResult run() throws InterruptedException {
    search();
    List<Evaluation> population = searcher.population();
    Optional<Evaluation> best =
        searcher
            .champion()
            .or(() -> leaderboard.best().stream().findFirst())
            .filter(champion -> !champion.fitness().isFailed());
    List<Finalist> looked = lookAgain();
    SearchResult result =
        new SearchResult(
            best,
            looked,
            front.map(ParetoFront::cheapestFirst).orElse(List.of()),
            population,
            tally);
    journal.end(result.winner());
    return result;
  }

  private void search() throws InterruptedException {
    while (!searcher.isFinished()) {
      while (evaluations.room() > 0) {
        List<Proposal> proposals = searcher.ask(evaluations.room());
        if (proposals.isEmpty()) {
          break;
        }
        for (Proposal proposal : proposals) {
          next = Math.max(next, proposal.index() + 1);
          begin(proposal, 0);
        }
      }
      if (evaluations.isIdle()) {
        throw new IllegalStateException(
            "The strategy neither finishes nor asks for anything: " + searcher);
      }
      Evaluation evaluation = finished();
      leaderboard.add(evaluation);
      front.ifPresent(known -> known.add(evaluation));
      searcher.tell(evaluation);
      listener.ended(evaluation, progress());
    }
  }

  /** Evaluates the finalists, round by round, all at once as far as there is room. */
  private List<Finalist> lookAgain() throws InterruptedException {
    List<Evaluation> found = finalists.codes() == 0 ? List.of() : leaderboard.best();
    List<List<Evaluation>> replicates = new ArrayList<>();
    found.forEach(
        each -> replicates.add(new ArrayList<>(Collections.nCopies(finalists.replicates(), null))));
    int count = found.size() * finalists.replicates();
    finalsLeft = count;
    int begun = 0;
    for (int ended = 0; ended < count; ended++) {
      while (begun < count && evaluations.room() > 0) {
        int member = begun % found.size();
        int round = begun / found.size();
        Code code = found.get(member).code();
        begin(new Proposal(next + begun, code, Origin.of(FINAL, round, member)), round + 1);
        begun++;
      }
      Evaluation evaluation = finished();
      Origin origin = evaluation.proposal().origin();
      replicates.get(origin.member()).set(origin.cycle(), evaluation);
      finalsLeft--;
      listener.ended(evaluation, progress());
    }
    List<Finalist> looked = new ArrayList<>();
    for (int i = 0; i < found.size(); i++) {
      looked.add(new Finalist(found.get(i), replicates.get(i)));
    }
    looked.sort(Comparator.comparingDouble(Finalist::mean).reversed());
    return looked;
  }

  private void begin(Proposal proposal, int replicate) {
    evaluations
        .begin(proposal, replicate)
        .ifPresent(candidate -> listener.began(candidate, proposal.origin(), progress()));
  }

  private Evaluation finished() throws InterruptedException {
    Evaluations.Known known = evaluations.next();
    if (!known.isResumed()) {
      journal.add(known.evaluation());
    }
    tally = tally.plus(known.evaluation(), known.isResumed());
    return known.evaluation();
  }

  private Progress progress() {
    return new Progress(
        tally,
        searcher.left() + finalsLeft,
        evaluations.running(),
        leaderboard.best().stream().findFirst(),
        Diversity.of(space, searcher.population()));
  }
}
