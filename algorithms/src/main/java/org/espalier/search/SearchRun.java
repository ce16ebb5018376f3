package org.espalier.search;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** One run of a search: what it knows while it goes. */
final class SearchRun {
  private static final String PROMOTION = "promotion";
  private static final String FINAL = "final";

  private final SearchSpace space;
  private final Searcher searcher;
  private final Evaluations evaluations;
  private final SearchJournal journal;
  private final int promoted;
  private final Finalists finalists;
  private final Leaderboard leaderboard;
  private final Optional<ParetoFront> front;
  private final SearchListener listener;
  private Tally tally = new Tally(0, 0, 0, 0, 0);
  private long next;
  private long laterLeft;

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
      int promoted,
      Finalists finalists,
      Optional<ParetoFront> front,
      SearchListener listener) {
    this.space = space;
    this.searcher = searcher;
    this.evaluations = evaluations;
    this.journal = journal;
    this.promoted = promoted;
    this.finalists = finalists;
    this.leaderboard = new Leaderboard(Math.max(1, Math.max(promoted, finalists.codes())));
    this.front = front;
    this.listener = listener;
    this.laterLeft = promoted + finals(finalists.codes());
  }

  private long finals(int codes) {
    return (long) codes * finalists.replicates();
  }

  SearchResult run() throws InterruptedException {
    search();
    List<Evaluation> population = searcher.population();
    Optional<Evaluation> best =
        searcher
            .champion()
            .or(() -> leaderboard.best().stream().findFirst())
            .filter(champion -> !champion.fitness().isFailed());
    List<Finalist> looked = lookAgain(promoted > 0 ? promoted() : leaderboard.best());
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

  /** Evaluates the best of the search once more, and returns as many as are finalists. */
  private List<Evaluation> promoted() throws InterruptedException {
    List<Code> codes = leaderboard.best().stream().map(Evaluation::code).toList();
    laterLeft = codes.size() + finals(Math.min(codes.size(), finalists.codes()));
    Leaderboard best = new Leaderboard(finalists.codes());
    again(codes, PROMOTION, Candidate.PROMOTED, 1).forEach(best::add);
    return best.best();
  }

  private List<Finalist> lookAgain(List<Evaluation> found) throws InterruptedException {
    if (finalists.codes() == 0) {
      return List.of();
    }
    int rounds = finalists.replicates();
    laterLeft = finals(found.size());
    List<Code> codes = found.stream().map(Evaluation::code).toList();
    List<Evaluation> all = again(codes, FINAL, 1, rounds);
    List<Finalist> looked = new ArrayList<>();
    for (int i = 0; i < found.size(); i++) {
      int member = i;
      looked.add(
          new Finalist(
              found.get(i),
              IntStream.range(0, rounds)
                  .mapToObj(round -> all.get(round * codes.size() + member))
                  .toList()));
    }
    looked.sort(Comparator.comparingDouble(Finalist::mean).reversed());
    return looked;
  }

  /**
   * Evaluates codes anew, round by round, all at once as far as there is room.
   *
   * @param first the replicate of the first round
   */
  private List<Evaluation> again(List<Code> codes, String phase, int first, int rounds)
      throws InterruptedException {
    int count = codes.size() * rounds;
    List<Evaluation> all = new ArrayList<>(Collections.nCopies(count, null));
    int begun = 0;
    for (int ended = 0; ended < count; ended++) {
      while (begun < count && evaluations.room() > 0) {
        int member = begun % codes.size();
        int round = begun / codes.size();
        Origin origin = Origin.of(phase, round, member);
        begin(new Proposal(next + begun, codes.get(member), origin), first + round);
        begun++;
      }
      Evaluation evaluation = finished();
      all.set(Math.toIntExact(evaluation.index() - next), evaluation);
      laterLeft--;
      listener.ended(evaluation, progress());
    }
    next += count;
    return all;
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
        searcher.left() + laterLeft,
        evaluations.running(),
        leaderboard.best().stream().findFirst(),
        Diversity.of(space, searcher.population()));
  }
}
