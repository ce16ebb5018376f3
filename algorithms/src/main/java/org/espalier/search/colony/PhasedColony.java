package org.espalier.search.colony;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Queue;
import org.espalier.search.Code;
import org.espalier.search.Evaluation;
import org.espalier.search.Proposal;
import org.espalier.search.SearchSpace;
import org.espalier.search.Searcher;

/**
 * A colony that waits for all results of a phase before the next begins.
 *
 * <p>In mode {@link Mode#WAVE} a step rests on the last step before it for its own source, and on
 * the last one before it for its partner; it is made of the sources as those two steps left them,
 * whatever has become of the sources since. In mode {@link Mode#SYNC} every step is made of the
 * sources as they were before the phase. Of steps that are ready those come first behind which the
 * longest chains wait.
 */
final class PhasedColony implements Searcher {
  private final BeeColony settings;
  private final SearchSpace space;
  private final Itinerary itinerary;
  private final Sources sources;
  private final ChampionKeeper champion;
  private final List<Step> steps = new ArrayList<>();
  private final Queue<Step> ready =
      new PriorityQueue<>(
          Comparator.comparingInt(Step::behind).reversed().thenComparingLong(Step::index));
  private final Map<Long, Step> open = new HashMap<>();
  private long next;

  PhasedColony(BeeColony settings, SearchSpace space, Itinerary itinerary, Sources sources) {
    this.settings = settings;
    this.space = space;
    this.itinerary = itinerary;
    this.sources = sources;
    this.champion = new ChampionKeeper(settings);
    beginPhase();
  }

  /** Lays down the steps of the next phase, and what each rests on. */
  private void beginPhase() {
    steps.clear();
    Map<Integer, Step> lastOn = new HashMap<>();
    for (Task task : itinerary.next(sources)) {
      Step step = new Step(next++, task);
      if (settings.mode() == Mode.WAVE && task instanceof Task.Visit visit) {
        step.restOn(lastOn.get(visit.source()), lastOn.get(visit.move().partner()));
        lastOn.put(visit.source(), step);
      }
      steps.add(step);
      open.put(step.index(), step);
    }
    // What waits for a step comes after it, so that it is counted already.
    for (int i = steps.size() - 1; i >= 0; i--) {
      steps.get(i).countBehind();
    }
    steps.stream().filter(Step::isReady).forEach(ready::add);
  }

  @Override
  public List<Proposal> ask(int most) {
    List<Proposal> proposals = new ArrayList<>();
    while (proposals.size() < most && !ready.isEmpty()) {
      Step step = ready.remove();
      proposals.add(new Proposal(step.index(), code(step), step.origin(), step.behind()));
    }
    return proposals;
  }

  private Code code(Step step) {
    if (step.task() instanceof Task.Discovery discovery) {
      return discovery.code();
    }
    Move move = ((Task.Visit) step.task()).move();
    Code own = step.ownBefore(sources).evaluation().code();
    Code partner = step.partnerBefore(sources, move.partner()).evaluation().code();
    return move.neighbour(own, partner, settings.rounding(), space);
  }

  @Override
  public void tell(Evaluation evaluation) {
    champion.add(evaluation);
    Step step = open.remove(evaluation.index());
    ready.addAll(step.told(evaluation, sources));
    if (open.isEmpty()) {
      endPhase();
      beginPhase();
    }
  }

  private void endPhase() {
    Map<Integer, List<Evaluation>> candidates = new HashMap<>();
    for (Step step : steps) {
      if (settings.mode() == Mode.WAVE || step.task() instanceof Task.Discovery) {
        sources.set(step.task().source(), step.after());
      } else {
        candidates
            .computeIfAbsent(step.task().source(), source -> new ArrayList<>())
            .add(step.evaluation());
      }
    }
    candidates.forEach((source, all) -> sources.set(source, sources.afterAll(source, all)));
  }

  @Override
  public boolean isFinished() {
    return open.isEmpty();
  }

  @Override
  public long left() {
    return itinerary.left() + open.size();
  }

  @Override
  public List<Evaluation> population() {
    return sources.evaluations();
  }

  @Override
  public Optional<Evaluation> champion() {
    return champion.champion(sources);
  }
}
