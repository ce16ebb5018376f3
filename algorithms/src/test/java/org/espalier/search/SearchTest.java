package org.espalier.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.espalier.search.baseline.RandomSearch;
import org.espalier.search.baseline.RegularizedEvolution;
import org.espalier.search.colony.BeeColony;
import org.espalier.search.colony.Mode;
import org.junit.jupiter.api.Test;

class SearchTest {
  private static final SearchSpace SPACE = SearchSpace.uniform(5, 1, 7);
  private static final BeeColony COLONY = BeeColony.standard().withSize(5, 4, 2);

  private static int sum(Code code) {
    return IntStream.of(code.toArray()).sum();
  }

  /** Evaluates at once, on the caller's thread. */
  private static Evaluator direct(Function<Candidate, Fitness> function) {
    return candidate -> CompletableFuture.completedFuture(function.apply(candidate));
  }

  /** Takes its time, up to some milliseconds, whatever the candidate. */
  private static Function<Candidate, Fitness> dawdling(Function<Code, Fitness> fitness) {
    return candidate -> {
      try {
        Thread.sleep(ThreadLocalRandom.current().nextInt(4));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      return fitness.apply(candidate.code());
    };
  }

  private static List<String> outcome(SearchResult result) {
    List<String> outcome = new ArrayList<>();
    outcome.add(result.best().map(each -> each.index() + " " + each.code()).toString());
    outcome.add(result.winner().toString());
    result.population().forEach(each -> outcome.add(each.index() + " " + each.code()));
    result.finalists().forEach(each -> outcome.add(each.found().index() + " " + each.mean()));
    result.front().forEach(each -> outcome.add(each.index() + " " + each.cost()));
    return outcome;
  }

  private static SearchResult limited(BeeColony colony, Evaluator evaluator)
      throws InterruptedException {
    return Search.of(SPACE, colony, evaluator)
        .seed(1)
        .cost("sum", SearchTest::sum)
        .limit(new CostLimit(20, CostLimit.Handling.REPAIR))
        .finalists(new Finalists(3, 2))
        .run();
  }

  @Test
  void threadsAndDelaysMakeNoDifference() throws InterruptedException {
    Function<Code, Fitness> fitness = Problems.fitness(1, 0.2);
    Evaluator direct = direct(candidate -> fitness.apply(candidate.code()));
    List<String> sequence = outcome(limited(COLONY.with(Mode.SEQUENTIAL), direct));
    List<String> window = outcome(limited(COLONY.withWindow(3), direct));
    assertThat(window).isNotEqualTo(sequence);
    for (int threads : new int[] {1, 2, 7}) {
      try (LocalEvaluator evaluator = new LocalEvaluator(threads, dawdling(fitness))) {
        assertThat(outcome(limited(COLONY, evaluator)))
            .as("%d threads", threads)
            .isEqualTo(sequence);
        assertThat(outcome(limited(COLONY.withWindow(3), evaluator))).isEqualTo(window);
      }
    }
  }

  @Test
  void everyEvaluationIsCountedAndEqualCodesAreEvaluatedOnce() throws InterruptedException {
    Map<Code, Integer> submitted = new ConcurrentHashMap<>();
    Set<Code> seen = new HashSet<>();
    SearchListener listener =
        new SearchListener() {
          @Override
          public void ended(Evaluation evaluation, Progress progress) {
            seen.add(evaluation.code());
          }
        };
    try (LocalEvaluator evaluator =
        new LocalEvaluator(
            3,
            candidate -> {
              submitted.merge(candidate.code(), 1, Integer::sum);
              return Fitness.of(sum(candidate.code()));
            })) {
      SearchResult result =
          Search.of(SearchSpace.uniform(2, 1, 4), BeeColony.standard(), evaluator)
              .seed(3)
              .listener(listener)
              .run();
      assertThat(result.tally().total()).isGreaterThanOrEqualTo(10 + 10 * 20);
      assertThat(submitted.values()).containsOnly(1);
      assertThat(submitted.keySet()).isEqualTo(seen);
      assertThat(result.tally().evaluated()).isEqualTo(seen.size());
      assertThat(result.tally().cached()).isEqualTo(result.tally().total() - seen.size());
      assertThat(result.best().orElseThrow().code()).isEqualTo(Code.of(4, 4));
    }
  }

  @Test
  void seedsComeFromTheCodeAndTheReplicateOrFromTheEvaluationToo() throws InterruptedException {
    SearchSpace one = SearchSpace.uniform(1, 5, 5);
    List<Candidate> submitted = Collections.synchronizedList(new ArrayList<>());
    Evaluator noting =
        direct(
            candidate -> {
              submitted.add(candidate);
              return Fitness.of(1);
            });
    Search.of(one, RandomSearch.of(4), noting).seed(7).finalists(new Finalists(1, 2)).run();
    assertThat(submitted).extracting(Candidate::replicate).containsExactly(0, 1, 2);
    assertThat(submitted).extracting(Candidate::seed).doesNotHaveDuplicates();
    Set<Long> seeds = new HashSet<>(submitted.stream().map(Candidate::seed).toList());

    submitted.clear();
    Search.of(one, RandomSearch.of(4), noting).seed(7).finalists(new Finalists(1, 2)).run();
    assertThat(submitted).extracting(Candidate::seed).containsExactlyInAnyOrderElementsOf(seeds);

    submitted.clear();
    Search.of(one, RandomSearch.of(4), noting).seed(8).run();
    assertThat(submitted).extracting(Candidate::seed).doesNotContainAnyElementsOf(seeds);

    submitted.clear();
    Search.of(one, RandomSearch.of(4), noting).seed(7).seedRule(SeedRule.EVALUATION).run();
    assertThat(submitted).hasSize(4).extracting(Candidate::seed).doesNotHaveDuplicates();
  }

  @Test
  void whatGoesWrongIsAFailureAndTheSearchGoesOn() throws InterruptedException {
    AtomicInteger number = new AtomicInteger();
    Evaluator unreliable =
        candidate -> {
          switch (number.getAndIncrement() % 5) {
            case 0:
              throw new IllegalStateException("refused");
            case 1:
              return CompletableFuture.failedFuture(new OutOfMemoryError("too wide"));
            case 2:
              return CompletableFuture.completedFuture(null);
            case 3:
              return CompletableFuture.completedFuture(Fitness.of(Double.NaN));
            default:
              return CompletableFuture.completedFuture(Fitness.of(sum(candidate.code())));
          }
        };
    List<String> failures = new ArrayList<>();
    SearchListener listener =
        new SearchListener() {
          @Override
          public void ended(Evaluation evaluation, Progress progress) {
            failures.add(evaluation.fitness().failure());
          }
        };
    SearchResult result = Search.of(SPACE, RandomSearch.of(5), unreliable).listener(listener).run();
    assertThat(failures)
        .containsExactlyInAnyOrder(
            "java.lang.IllegalStateException: refused",
            "java.lang.OutOfMemoryError: too wide",
            "the evaluator returned nothing",
            "the fitness is not a finite number (NaN)",
            "");
    assertThat(result.tally().failed()).isEqualTo(4);
    assertThat(result.best()).isPresent();
  }

  @Test
  void anEvaluatorThatIsClosedEndsTheSearchAndSaysNothingOfItsCandidates()
      throws InterruptedException {
    InMemoryJournal journal = new InMemoryJournal(List.of());
    CountDownLatch never = new CountDownLatch(1);
    LocalEvaluator evaluator =
        new LocalEvaluator(
            2,
            candidate -> {
              if (candidate.index() >= 12) {
                try {
                  never.await();
                } catch (InterruptedException e) {
                  throw new IllegalStateException(e);
                }
              }
              return Fitness.of(sum(candidate.code()));
            });
    SearchListener closing =
        new SearchListener() {
          @Override
          public void ended(Evaluation evaluation, Progress progress) {
            if (progress.tally().total() == 10) {
              evaluator.close();
            }
          }
        };
    assertThatThrownBy(Search.of(SPACE, COLONY, evaluator).journal(journal).listener(closing)::run)
        .isInstanceOf(CancellationException.class)
        .hasMessageStartingWith("The evaluator gave up candidate 1");
    assertThat(journal.lines).hasSizeGreaterThanOrEqualTo(11);
    assertThat(journal.lines).noneMatch(line -> line.contains("InterruptedException"));
    Evaluator direct = direct(candidate -> Fitness.of(sum(candidate.code())));
    assertThat(outcome(Search.of(SPACE, COLONY, direct).journal(journal).run()))
        .isEqualTo(outcome(Search.of(SPACE, COLONY, direct).run()));
  }

  @Test
  void anEvaluatorThatCannotGoOnSaysWhy() {
    try (LocalEvaluator evaluator =
        new LocalEvaluator(
            1,
            candidate -> {
              throw new CancellationException("Cannot go on: the power is out");
            })) {
      assertThatThrownBy(Search.of(SPACE, COLONY, evaluator)::run)
          .isInstanceOf(CancellationException.class)
          .hasMessage("The evaluator gave up candidate 0: Cannot go on: the power is out");
    }
  }

  @Test
  void aSearchOfFailuresEndsWithoutABest() throws InterruptedException {
    try (LocalEvaluator evaluator =
        new LocalEvaluator(
            2,
            candidate -> {
              throw new IllegalStateException("out of luck");
            })) {
      for (Strategy strategy :
          List.of(COLONY, BeeColony.paper(), BeeColony.officialCode(), RandomSearch.of(9))) {
        SearchResult result =
            Search.of(SPACE, strategy, evaluator).finalists(new Finalists(2, 2)).run();
        assertThat(result.best()).isEmpty();
        assertThat(result.winner()).isEmpty();
        assertThat(result.finalists()).isEmpty();
        assertThat(result.tally().failed()).isEqualTo(result.tally().total());
      }
    }
  }

  @Test
  void repairKeepsEveryCandidateWithinTheLimitAndBelowWhatWasProposed()
      throws InterruptedException {
    List<Evaluation> ended = new ArrayList<>();
    SearchResult result =
        Search.of(SPACE, COLONY, direct(candidate -> Fitness.of(sum(candidate.code()))))
            .cost("sum", SearchTest::sum)
            .limit(new CostLimit(17, CostLimit.Handling.REPAIR))
            .listener(collecting(ended))
            .run();
    assertThat(ended).anyMatch(each -> !each.code().equals(each.proposal().code()));
    for (Evaluation each : ended) {
      Code proposed = each.proposal().code();
      assertThat(each.cost()).isEqualTo(Math.min(17, sum(proposed))).isEqualTo(sum(each.code()));
      assertThat(SPACE.contains(each.code())).isTrue();
      for (int i = 0; i < SPACE.length(); i++) {
        assertThat(each.code().at(i)).isLessThanOrEqualTo(proposed.at(i));
      }
    }
    assertThat(result.best().orElseThrow().value()).isEqualTo(17);
    assertThat(result.population()).allMatch(each -> each.cost() <= 17);
  }

  private static SearchListener collecting(List<Evaluation> ended) {
    return new SearchListener() {
      @Override
      public void ended(Evaluation evaluation, Progress progress) {
        ended.add(evaluation);
      }
    };
  }

  @Test
  void rejectedCandidatesAreNotEvaluatedAndCount() throws InterruptedException {
    AtomicInteger submitted = new AtomicInteger();
    List<Evaluation> ended = new ArrayList<>();
    SearchResult result =
        Search.of(
                SPACE,
                RandomSearch.of(100),
                direct(
                    candidate -> {
                      submitted.incrementAndGet();
                      return Fitness.of(sum(candidate.code()));
                    }))
            .cost("sum", SearchTest::sum)
            .limit(new CostLimit(17, CostLimit.Handling.REJECT))
            .listener(collecting(ended))
            .run();
    assertThat(result.tally().total()).isEqualTo(100);
    assertThat(result.tally().evaluated()).isEqualTo(submitted.get());
    assertThat(result.tally().rejected()).isPositive();
    assertThat(ended)
        .filteredOn(each -> each.how() == Evaluation.How.REJECTED)
        .allMatch(each -> each.cost() > 17)
        .first()
        .satisfies(
            each ->
                assertThat(each.fitness().failure())
                    .isEqualTo("sum are above the limit of 17.0 (" + each.cost() + ")"));
    assertThat(result.best().orElseThrow().cost()).isLessThanOrEqualTo(17);
  }

  @Test
  void theFrontIsWhatNoOtherBeats() throws InterruptedException {
    List<Evaluation> ended = new ArrayList<>();
    Function<Code, Fitness> fitness = Problems.fitness(5, 0.1);
    SearchResult result =
        Search.of(
                SPACE,
                COLONY.withPositions(2),
                direct(candidate -> fitness.apply(candidate.code())))
            .cost("sum", SearchTest::sum)
            .objective(Objective.pareto(0.5, 35))
            .listener(collecting(ended))
            .run();
    List<Evaluation> expected =
        ended.stream()
            .filter(each -> !each.fitness().isFailed())
            .filter(
                each ->
                    ended.stream()
                        .noneMatch(
                            other ->
                                other.value() >= each.value()
                                    && other.cost() <= each.cost()
                                    && (other.value() > each.value()
                                        || other.cost() < each.cost()
                                        || other.index() < each.index())))
            .sorted(Comparator.comparingDouble(Evaluation::cost))
            .toList();
    assertThat(result.front()).isEqualTo(expected).hasSizeGreaterThan(2);
  }

  @Test
  void finalistsAreOrderedByFreshEvaluationsAlone() throws InterruptedException {
    // A code with a 7 is lucky the first time only.
    SearchResult result =
        Search.of(
                SearchSpace.uniform(1, 1, 7),
                RandomSearch.of(60),
                direct(
                    candidate -> {
                      int value = candidate.code().at(0);
                      boolean lucky = value == 7 && candidate.replicate() == 0;
                      return Fitness.of(value == 7 && !lucky ? 1 : value + candidate.replicate());
                    }))
            .finalists(new Finalists(3, 3))
            .run();
    assertThat(result.best().orElseThrow().code()).isEqualTo(Code.of(7));
    assertThat(result.finalists())
        .extracting(finalist -> finalist.found().code().at(0))
        .containsExactly(6, 5, 7);
    assertThat(result.finalists()).extracting(Finalist::mean).containsExactly(8.0, 7.0, 1.0);
    assertThat(result.finalists().get(0).deviation()).isEqualTo(1);
    assertThat(result.winner()).contains(Code.of(6));
    assertThat(result.tally().total()).isEqualTo(60 + 9);
  }

  @Test
  void progressCountsDownToNothing() throws InterruptedException {
    List<Progress> progress = new ArrayList<>();
    List<Candidate> began = new ArrayList<>();
    SearchListener listener =
        new SearchListener() {
          @Override
          public void began(Candidate candidate, Origin origin, Progress now) {
            began.add(candidate);
            assertThat(now.running()).isPositive();
          }

          @Override
          public void ended(Evaluation evaluation, Progress now) {
            progress.add(now);
          }
        };
    SearchResult result =
        Search.of(SPACE, COLONY, direct(candidate -> Fitness.of(sum(candidate.code()))))
            .finalists(new Finalists(2, 2))
            .listener(listener)
            .run();
    assertThat(progress.get(0).left()).isEqualTo(5 + 4 * 10 + 4 - 1);
    Progress last = progress.get(progress.size() - 1);
    assertThat(last.left()).isZero();
    assertThat(last.running()).isZero();
    assertThat(last.tally()).isEqualTo(result.tally());
    assertThat(began).hasSize((int) result.tally().evaluated());
    assertThat(progress).allMatch(now -> now.diversity() >= 0 && now.diversity() <= 1);
    assertThat(progress.get(4).diversity()).isPositive();
    for (int i = 1; i < progress.size(); i++) {
      assertThat(progress.get(i).best().orElseThrow().value())
          .isGreaterThanOrEqualTo(progress.get(i - 1).best().orElseThrow().value());
    }
  }

  @Test
  void theLongestWaitingCandidateGoesFirst() throws InterruptedException {
    CountDownLatch submitted = new CountDownLatch(12);
    List<Double> costs = Collections.synchronizedList(new ArrayList<>());
    SearchListener listener =
        new SearchListener() {
          @Override
          public void began(Candidate candidate, Origin origin, Progress progress) {
            submitted.countDown();
          }
        };
    try (LocalEvaluator evaluator =
        new LocalEvaluator(
            1,
            candidate -> {
              try {
                submitted.await();
              } catch (InterruptedException e) {
                return Fitness.failed("interrupted");
              }
              costs.add(candidate.cost());
              return Fitness.of(1);
            })) {
      Search.of(SPACE, RandomSearch.of(12), evaluator)
          .cost("sum", SearchTest::sum)
          .listener(listener)
          .run();
    }
    assertThat(costs).hasSize(12);
    assertThat(costs.subList(1, 12)).isSortedAccordingTo(Comparator.reverseOrder());
  }

  @Test
  void theLongestWayGoesFirst() {
    Candidate alone = new Candidate(0, Code.of(1), 0, 0, 10);
    Candidate waitedFor = new Candidate(1, Code.of(2), 0, 0, 4, 2);
    Candidate cheap = new Candidate(2, Code.of(3), 0, 0, 3, 2);
    Candidate free = new Candidate(3, Code.of(4), 0, 0, 0, 1);
    Candidate later = new Candidate(4, Code.of(5), 0, 0, 0, 1);
    Candidate last = new Candidate(0, Code.of(6), 0, 0, 0);
    List<Candidate> order = List.of(waitedFor, alone, cheap, free, later, last);
    List<Candidate> mixed = new ArrayList<>(order);
    Collections.reverse(mixed);
    mixed.sort(Candidate.LONGEST_WAY_FIRST);
    assertThat(mixed).isEqualTo(order);
    assertThatThrownBy(() -> new Proposal(0, Code.of(1), Origin.of("test", 0, 0), -1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot propose: behind must be at least 0 (-1)");
  }

  @Test
  void settingsThatDoNotFitAreRefused() {
    Evaluator evaluator = direct(candidate -> Fitness.of(1));
    Search limited =
        Search.of(SPACE, COLONY, evaluator).limit(new CostLimit(4, CostLimit.Handling.REPAIR));
    assertThatThrownBy(limited::run)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot search: a limit needs a cost (CostLimit[most=4.0, handling=REPAIR])");
    assertThatThrownBy(limited.cost("sum", SearchTest::sum)::run)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot search: the least code has more sum than the limit of 4.0 (5.0)");
    assertThatThrownBy(Search.of(SPACE, COLONY, evaluator).cost("sum", code -> Double.NaN)::run)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageMatching(
            "Cannot search: the cost of \\[.*\\] must be a finite number of sum \\(NaN\\)");
    assertThatThrownBy(Search.of(SPACE, COLONY, evaluator).objective(Objective.pareto(1, 1))::run)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot search: the objective needs a cost (Objective[price=1.0, unit=1.0])");
    assertThatThrownBy(() -> Search.of(SPACE, COLONY, evaluator).remembering(-1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot search: the number of codes remembered must be at least 0 (-1)");
    assertThatThrownBy(() -> new Objective(-1, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot make an objective: price must be at least 0 (-1.0)");
    assertThatThrownBy(() -> new CostLimit(Double.NaN, CostLimit.Handling.REPAIR))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot limit the cost: the limit must be finite (NaN)");
    assertThatThrownBy(() -> new Finalists(1, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot look at finalists: replicates must be at least 1 (0)");
    assertThatThrownBy(() -> new Fitness(Double.NaN, "", Map.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Cannot make a fitness: it must be finite, or minus infinity with a reason (NaN, '')");
    assertThatThrownBy(() -> new LocalEvaluator(0, candidate -> Fitness.of(1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot evaluate: threads must be at least 1 (0)");
  }

  @Test
  void theBestArePromotedAndTheBestOfTheseAreFinalists() throws InterruptedException {
    List<Candidate> looks = new ArrayList<>();
    // Cheap: the greater the sum the better. More careful: the other way round.
    Evaluator evaluator =
        direct(
            candidate -> {
              looks.add(candidate);
              int sum = sum(candidate.code());
              return Fitness.of(candidate.replicate() == 0 ? sum : -sum);
            });
    Search search =
        Search.of(SPACE, RandomSearch.of(40), evaluator)
            .promoting(5)
            .finalists(new Finalists(2, 2));
    SearchResult result = search.run();

    List<Integer> searched = sums(looks, 0);
    List<Integer> promoted = sums(looks, Candidate.PROMOTED);
    assertThat(promoted)
        .isEqualTo(searched.stream().sorted(Comparator.reverseOrder()).limit(5).toList());
    assertThat(result.finalists()).hasSize(2);
    for (Finalist finalist : result.finalists()) {
      assertThat(finalist.found().replicate()).isEqualTo(Candidate.PROMOTED);
      assertThat(finalist.replicates()).hasSize(2);
    }
    assertThat(sum(result.winner().orElseThrow())).isEqualTo(Collections.min(promoted));
    assertThat(looks).hasSize(searched.size() + 5 + 2 * 2);
    assertThatThrownBy(() -> search.finalists(Finalists.NONE).run())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Cannot search: of the codes promoted at least one and at most all must be finalists"
                + " (5, 0)");
  }

  private static List<Integer> sums(List<Candidate> candidates, int replicate) {
    return candidates.stream()
        .filter(each -> each.replicate() == replicate)
        .map(each -> sum(each.code()))
        .toList();
  }

  @Test
  void theSameBudgetGoesToEverySearcher() throws InterruptedException {
    Evaluator evaluator = direct(candidate -> Fitness.of(sum(candidate.code())));
    long bees = Search.of(SPACE, COLONY, evaluator).run().tally().total();
    for (Strategy strategy : List.of(RandomSearch.of(bees), RegularizedEvolution.of(bees))) {
      assertThat(Search.of(SPACE, strategy, evaluator).run().tally().total()).isEqualTo(bees);
    }
  }
}
