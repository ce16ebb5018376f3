package org.espalier.search.colony;

import java.util.ArrayList;
import java.util.List;

/** Lays down the phases of a colony's search, one after the other, with all that is random. */
final class Itinerary {
  private final BeeColony settings;
  private final Draws draws;
  private Phase last;
  private int cycle;

  Itinerary(BeeColony settings, Draws draws) {
    this.settings = settings;
    this.draws = draws;
  }

  /**
   * Returns the tasks of the next phase that has any; none when the search is over.
   *
   * @param sources the sources as they are now
   */
  List<Task> next(Sources sources) {
    while (advance()) {
      List<Task> tasks = tasks(sources);
      if (!tasks.isEmpty()) {
        return tasks;
      }
    }
    return List.of();
  }

  /** Goes on to the next phase, unless there is none. */
  private boolean advance() {
    if (last == null) {
      last = Phase.INITIAL;
      return true;
    }
    if (last == Phase.SCOUT) {
      cycle++;
    }
    if (cycle == settings.cycles()) {
      return false;
    }
    last =
        switch (last) {
          case INITIAL, SCOUT -> Phase.EMPLOYED;
          case EMPLOYED -> Phase.ONLOOKER;
          case ONLOOKER -> Phase.SCOUT;
        };
    return true;
  }

  private List<Task> tasks(Sources sources) {
    List<Task> tasks = new ArrayList<>();
    switch (last) {
      case INITIAL -> {
        for (int i = 0; i < settings.sources(); i++) {
          tasks.add(new Task.Discovery(last, cycle, i, draws.initial(i)));
        }
      }
      case EMPLOYED -> {
        for (int i = 0; i < settings.sources(); i++) {
          tasks.add(new Task.Visit(last, cycle, draws.employed(cycle, i)));
        }
      }
      case ONLOOKER ->
          draws
              .onlookers(cycle, sources.probabilities())
              .forEach(move -> tasks.add(new Task.Visit(last, cycle, move)));
      case SCOUT ->
          settings
              .scouts()
              .abandoned(sources.trials(), settings.limit())
              .forEach(i -> tasks.add(new Task.Discovery(last, cycle, i, draws.scout(cycle, i))));
    }
    return tasks;
  }

  /** Returns how many tasks are still to be laid down, if all onlookers fly and no scout does. */
  long left() {
    long n = settings.sources();
    if (last == null) {
      return n + 2 * n * settings.cycles();
    }
    long ofCycle =
        switch (last) {
          case INITIAL -> 2 * n;
          case EMPLOYED -> n;
          case ONLOOKER, SCOUT -> 0;
        };
    return cycle >= settings.cycles() ? 0 : ofCycle + 2 * n * (settings.cycles() - cycle - 1);
  }
}
