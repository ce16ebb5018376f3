package org.espalier.search;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Objects;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import org.espalier.search.journal.Journal;

/**
 * Runs a strategy on an evaluator.
 *
 * <pre>{@code
 * SearchResult result =
 *     Search.of(space, BeeColony.standard(), evaluator)
 *         .seed(1)
 *         .cost("MACs", structures::macs)
 *         .limit(new CostLimit(70e6, CostLimit.Handling.REPAIR))
 *         .finalists(new Finalists(3, 3))
 *         .journal(JournalFolder.open(folder, hadoop))
 *         .run();
 * }</pre>
 *
 * <p>The result depends on the settings and the seed alone, as long as the evaluator keeps its
 * promise: not on how many candidates run at once, nor in what order they finish, nor on how often
 * the search was killed and resumed from its journal. What is kept in memory is bounded by the
 * population, the evaluator's capacity and what is remembered of codes, whatever the number of
 * evaluations; only the Pareto front of a search that knows a cost has no bound.
 */
public final class Search {
  private static final ObjectMapper JSON =
      new ObjectMapper().disable(SerializationFeature.FAIL_ON_EMPTY_BEANS);
  private static final int FORMAT = 1;

  private final SearchSpace space;
  private final Strategy strategy;
  private final Evaluator evaluator;
  private long seed;
  private String subject = "";
  private SeedRule seedRule = SeedRule.CODE;
  private int remembered = 100_000;
  private Objective objective = Objective.FITNESS;
  private String costName = "";
  private ToDoubleFunction<Code> cost;
  private CostLimit limit;
  private int promoted;
  private Finalists finalists = Finalists.NONE;
  private Journal journal = new NoJournal();
  private SearchListener listener = new SearchListener() {};

  private Search(SearchSpace space, Strategy strategy, Evaluator evaluator) {
    this.space = Objects.requireNonNull(space, "Cannot search: space is missing");
    this.strategy = Objects.requireNonNull(strategy, "Cannot search: strategy is missing");
    this.evaluator = Objects.requireNonNull(evaluator, "Cannot search: evaluator is missing");
  }

  /** Begins the settings of a search. */
  public static Search of(SearchSpace space, Strategy strategy, Evaluator evaluator) {
    return new Search(space, strategy, evaluator);
  }

  /** Sets the seed of everything that is random; 0 unless told. */
  public Search seed(long value) {
    seed = value;
    return this;
  }

  /**
   * Says what is evaluated and how, for the journal: a search does not go on with another subject.
   */
  public Search subject(String text) {
    subject = Objects.requireNonNull(text, "Cannot search: subject is missing");
    return this;
  }

  /** Sets what evaluations' seeds are made of; the code unless told. */
  public Search seedRule(SeedRule rule) {
    seedRule = Objects.requireNonNull(rule, "Cannot search: seed rule is missing");
    return this;
  }

  /** Sets how many evaluated codes are remembered, at least 0; 100,000 unless told. */
  public Search remembering(int codes) {
    require(codes >= 0, "the number of codes remembered must be at least 0", codes);
    remembered = codes;
    return this;
  }

  /**
   * Sets what a code costs.
   *
   * @param name what the cost is called, for the journal and for messages
   * @param function the cost of a code of the space; a finite number, the same for the same code
   */
  public Search cost(String name, ToDoubleFunction<Code> function) {
    costName = Objects.requireNonNull(name, "Cannot search: name of the cost is missing");
    cost = Objects.requireNonNull(function, "Cannot search: cost is missing");
    return this;
  }

  /** Limits the cost; without a limit unless told. */
  public Search limit(CostLimit costLimit) {
    limit = Objects.requireNonNull(costLimit, "Cannot search: limit is missing");
    return this;
  }

  /** Sets what candidates are compared by; the fitness alone unless told. */
  public Search objective(Objective value) {
    objective = Objects.requireNonNull(value, "Cannot search: objective is missing");
    return this;
  }

  /**
   * Sets how many of the best codes are evaluated once more, as {@link Candidate#PROMOTED}, so that
   * the evaluator may judge them more carefully; the finalists are the best of these. At least 0;
   * 0, and the finalists the best of the search, unless told.
   */
  public Search promoting(int codes) {
    require(codes >= 0, "the number of codes promoted must be at least 0", codes);
    promoted = codes;
    return this;
  }

  /** Sets how the best codes are looked at again; not at all unless told. */
  public Search finalists(Finalists value) {
    finalists = Objects.requireNonNull(value, "Cannot search: finalists are missing");
    return this;
  }

  /** Sets the journal, which the caller closes; none unless told. */
  public Search journal(Journal value) {
    journal = Objects.requireNonNull(value, "Cannot search: journal is missing");
    return this;
  }

  /** Sets who is told how the search goes; nobody unless told. */
  public Search listener(SearchListener value) {
    listener = Objects.requireNonNull(value, "Cannot search: listener is missing");
    return this;
  }

  /**
   * Searches, and returns when all is done.
   *
   * @throws IllegalArgumentException where the settings do not fit together, or no code keeps the
   *     limit
   * @throws JournalException where the journal is damaged, is that of another search, or cannot be
   *     written
   * @throws java.util.concurrent.CancellationException when the evaluator gave a candidate up; the
   *     search can be resumed
   * @throws InterruptedException when the thread is interrupted; the search can be resumed
   */
  public SearchResult run() throws InterruptedException {
    require(cost != null || limit == null, "a limit needs a cost", limit);
    require(cost != null || !objective.weighsCost(), "the objective needs a cost", objective);
    require(
        promoted == 0 || (finalists.codes() > 0 && finalists.codes() <= promoted),
        "of the codes promoted at least one and at most all must be finalists",
        promoted + ", " + finalists.codes());
    Costs costs = new Costs(space, costName, cost, limit, seed);
    Searcher searcher = strategy.start(space, objective, seed);
    SearchJournal log = SearchJournal.open(journal, description());
    Optional<Memo> memo =
        seedRule == SeedRule.CODE && remembered > 0
            ? Optional.of(new Memo(remembered))
            : Optional.empty();
    Optional<ParetoFront> front = cost == null ? Optional.empty() : Optional.of(new ParetoFront());
    Evaluations evaluations = new Evaluations(evaluator, costs, log, memo, this::seed);
    return new SearchRun(space, searcher, evaluations, log, promoted, finalists, front, listener)
        .run();
  }

  private long seed(long index, Code code, int replicate) {
    return seedRule.seed(seed, index, code, replicate);
  }

  /** Returns everything that decides how the search goes. */
  private ObjectNode description() {
    ObjectNode node = JSON.createObjectNode();
    node.put("format", FORMAT);
    node.put("subject", subject);
    node.put("seed", seed);
    node.put("seedRule", seedRule.name());
    node.set("space", JSON.valueToTree(space));
    node.put("strategy", strategy.label());
    node.set("settings", JSON.valueToTree(strategy));
    node.set("objective", JSON.valueToTree(objective));
    node.put("cost", costName);
    node.set("limit", JSON.valueToTree(limit));
    node.put("promoted", promoted);
    node.set("finalists", JSON.valueToTree(finalists));
    return node;
  }

  private static void require(boolean holds, String rule, Object value) {
    if (!holds) {
      throw new IllegalArgumentException("Cannot search: " + rule + " (" + value + ")");
    }
  }
}
