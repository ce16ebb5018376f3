package org.espalier.search.baseline;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.espalier.data.RandomStreams;
import org.espalier.search.Code;
import org.espalier.search.Evaluation;
import org.espalier.search.Objective;
import org.espalier.search.Origin;
import org.espalier.search.Proposal;
import org.espalier.search.SearchSpace;
import org.espalier.search.Searcher;

/** A {@link RegularizedEvolution} at work. Results take effect in the order of their indices. */
final class Ageing implements Searcher {
  private final RegularizedEvolution settings;
  private final SearchSpace space;
  private final Objective objective;
  private final long seed;
  private final int[] mutable;
  private final Deque<Evaluation> population = new ArrayDeque<>();
  private final Deque<Proposal> ready = new ArrayDeque<>();
  private final Map<Long, Evaluation> early = new HashMap<>();
  private long made;
  private long applied;

  Ageing(RegularizedEvolution settings, SearchSpace space, Objective objective, long seed) {
    this.settings = settings;
    this.space = space;
    this.objective = objective;
    this.seed = seed;
    this.mutable =
        IntStream.range(0, space.length()).filter(i -> space.least(i) < space.most(i)).toArray();
    make();
  }

  @Override
  public List<Proposal> ask(int most) {
    List<Proposal> proposals = new ArrayList<>();
    while (proposals.size() < most && !ready.isEmpty()) {
      proposals.add(ready.remove());
    }
    return proposals;
  }

  @Override
  public void tell(Evaluation evaluation) {
    early.put(evaluation.index(), evaluation);
    for (Evaluation next = early.remove(applied); next != null; next = early.remove(applied)) {
      population.add(next);
      if (population.size() > settings.population()) {
        population.remove();
      }
      applied++;
      make();
    }
  }

  /** Makes whatever can be made of the population as it is now. */
  private void make() {
    while (made < settings.evaluations() && applied >= needed(made)) {
      SplittableRandom random = RandomStreams.of(seed, "regularized evolution", made);
      boolean isFirst = made < settings.population();
      Code code = isFirst ? first(random) : child(random);
      String phase = isFirst ? "initial" : "child";
      ready.add(new Proposal(made, code, Origin.of(phase, 0, 0)));
      made++;
    }
  }

  private Code first(SplittableRandom random) {
    return made < settings.initial().size()
        ? settings.initial().get((int) made)
        : space.random(random);
  }

  /** Returns how many results have to be in effect when a member is made. */
  private long needed(long index) {
    int members = settings.population();
    return index < members ? 0 : Math.max(members, index - settings.window() + 1);
  }

  private Code child(SplittableRandom random) {
    List<Evaluation> members = List.copyOf(population);
    double weight = random.nextDouble();
    Evaluation parent = members.get(random.nextInt(members.size()));
    for (int i = 1; i < settings.sample(); i++) {
      Evaluation other = members.get(random.nextInt(members.size()));
      parent = objective.value(other, weight) > objective.value(parent, weight) ? other : parent;
    }
    if (mutable.length == 0) {
      return parent.code();
    }
    int position = mutable[random.nextInt(mutable.length)];
    int least = space.least(position);
    long drawn = random.nextLong(least, space.most(position));
    return parent
        .code()
        .with(position, (int) (drawn < parent.code().at(position) ? drawn : drawn + 1));
  }

  @Override
  public boolean isFinished() {
    return applied == settings.evaluations();
  }

  @Override
  public long left() {
    return settings.evaluations() - applied - early.size();
  }

  @Override
  public List<Evaluation> population() {
    return List.copyOf(population);
  }
}
