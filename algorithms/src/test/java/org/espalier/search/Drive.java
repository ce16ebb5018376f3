package org.espalier.search;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Function;

/** Drives a searcher by hand: results are told in an order drawn at random. */
public final class Drive {
  /** Everything that was told, by index. */
  public final TreeMap<Long, Evaluation> told = new TreeMap<>();

  /** The most proposals that were open at once. */
  public int mostOpen;

  private final Searcher searcher;

  private Drive(Searcher searcher) {
    this.searcher = searcher;
  }

  /** Drives a searcher to its end. */
  public static Drive of(Searcher searcher, Function<Code, Fitness> fitness, long orderSeed) {
    Drive drive = new Drive(searcher);
    drive.run(fitness, new SplittableRandom(orderSeed));
    return drive;
  }

  private void run(Function<Code, Fitness> fitness, SplittableRandom order) {
    List<Proposal> open = new ArrayList<>();
    while (!searcher.isFinished()) {
      List<Proposal> asked = searcher.ask(1 + order.nextInt(20));
      open.addAll(asked);
      mostOpen = Math.max(mostOpen, open.size());
      if (!open.isEmpty() && (asked.isEmpty() || order.nextBoolean())) {
        Proposal proposal = open.remove(order.nextInt(open.size()));
        Evaluation evaluation = evaluation(proposal, fitness.apply(proposal.code()));
        assertThat(told.put(proposal.index(), evaluation)).isNull();
        searcher.tell(evaluation);
      }
    }
    assertThat(open).isEmpty();
    assertThat(searcher.left()).isZero();
    assertThat(searcher.ask(1)).isEmpty();
    if (!told.isEmpty()) {
      assertThat(told.lastKey()).as("indices without gaps").isEqualTo(told.size() - 1L);
    }
  }

  /** Returns an evaluation of a proposal, of cost 0. */
  public static Evaluation evaluation(Proposal proposal, Fitness fitness) {
    return new Evaluation(proposal, 0, proposal.code(), 0, fitness, Evaluation.How.EVALUATED);
  }

  /** Returns an evaluation of a code. */
  public static Evaluation evaluation(long index, double fitness, int... code) {
    return evaluation(
        new Proposal(index, Code.of(code), Origin.of("test", 0, 0)), Fitness.of(fitness));
  }

  /** Returns the codes and fitnesses in the order of their indices, for comparisons. */
  public List<String> results() {
    return told.values().stream().map(each -> each.code() + " " + each.fitness()).toList();
  }

  /** Returns the codes in the order of their indices. */
  public List<Code> codes() {
    return told.values().stream().map(Evaluation::code).toList();
  }
}
