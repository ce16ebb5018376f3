package org.espalier.search.colony;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.espalier.search.Code;
import org.espalier.search.Evaluation;
import org.espalier.search.Proposal;
import org.espalier.search.SearchSpace;
import org.espalier.search.Searcher;

/**
 * A colony whose results take effect in the order of their indices; candidate t is made when
 * exactly those before t - window + 1 have, but not before all first sources have.
 */
final class InOrderColony implements Searcher {
  private final BeeColony settings;
  private final SearchSpace space;
  private final Itinerary itinerary;
  private final Sources sources;
  private final int window;
  private final ChampionKeeper champion;
  private final Deque<Task> planned = new ArrayDeque<>();
  private final Deque<Proposal> ready = new ArrayDeque<>();
  private final Deque<Task> underWay = new ArrayDeque<>();
  private final Map<Long, Evaluation> early = new HashMap<>();
  private boolean isOver;
  private long made;
  private long applied;

  InOrderColony(
      BeeColony settings, SearchSpace space, Itinerary itinerary, Sources sources, int window) {
    this.settings = settings;
    this.space = space;
    this.itinerary = itinerary;
    this.sources = sources;
    this.window = window;
    this.champion = new ChampionKeeper(settings);
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
    champion.add(evaluation);
    early.put(evaluation.index(), evaluation);
    for (Evaluation next = early.remove(applied); next != null; next = early.remove(applied)) {
      Task task = underWay.remove();
      sources.set(task.source(), sources.after(task, sources.at(task.source()), next));
      applied++;
      make();
    }
  }

  /** Makes whatever can be made of the sources as they are now. */
  private void make() {
    while (applied >= needed(made) && plan()) {
      Task task = planned.remove();
      ready.add(new Proposal(made, code(task), task.origin(0, List.of())));
      underWay.add(task);
      made++;
    }
  }

  private long needed(long index) {
    int first = settings.sources();
    return Math.max(index < first ? 0 : first, index - window + 1);
  }

  /** Makes sure that there is a task, unless the search is over. */
  private boolean plan() {
    if (planned.isEmpty() && !isOver) {
      planned.addAll(itinerary.next(sources));
      isOver = planned.isEmpty();
      for (Task task : planned) {
        if (task.phase() == Phase.SCOUT) {
          // While the scout is under way the source must not be abandoned again.
          sources.set(task.source(), Source.of(sources.at(task.source()).evaluation()));
        }
      }
    }
    return !isOver;
  }

  private Code code(Task task) {
    if (task instanceof Task.Discovery discovery) {
      return discovery.code();
    }
    Move move = ((Task.Visit) task).move();
    return move.neighbour(
        sources.code(move.source()), sources.code(move.partner()), settings.rounding(), space);
  }

  @Override
  public boolean isFinished() {
    return isOver && underWay.isEmpty();
  }

  @Override
  public long left() {
    return itinerary.left() + planned.size() + underWay.size() - early.size();
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
