package org.espalier.jobs.search;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;

/**
 * How long evaluations of known duration take on so many slots, when nothing but their dependencies
 * makes them wait: each may begin when those are over on which it rests, and, of a later phase,
 * when the phase before is over. The one begins first behind which most work lies.
 */
final class Makespan {
  private final Map<Long, Judged> tasks = new HashMap<>();
  private final Map<Long, List<Judged>> next = new HashMap<>();
  private final Map<Long, Double> tails = new HashMap<>();
  private final int slots;

  private Makespan(List<Judged> phase, int slots) {
    this.slots = slots;
    phase.forEach(task -> tasks.put(task.index(), task));
    for (Judged task : phase) {
      for (long before : task.after()) {
        next.computeIfAbsent(before, index -> new ArrayList<>()).add(task);
      }
    }
    // Evaluations rest on earlier ones only, so that tails are known from the last to the first.
    phase.stream()
        .sorted(Comparator.comparingLong(Judged::index).reversed())
        .forEach(task -> tails.put(task.index(), task.seconds() + longestBehind(task)));
  }

  private double longestBehind(Judged task) {
    return next.getOrDefault(task.index(), List.of()).stream()
        .mapToDouble(after -> tails.get(after.index()))
        .max()
        .orElse(0);
  }

  /**
   * Returns the time, in seconds.
   *
   * @param evaluations of a search, finalists aside, in the order of their indices
   * @param slots how many run at once, at least 1
   */
  static double seconds(List<Judged> evaluations, int slots) {
    double sum = 0;
    List<Judged> phase = new ArrayList<>();
    for (Judged evaluation : evaluations) {
      if (!phase.isEmpty() && !isSamePhase(phase.get(0), evaluation)) {
        sum += new Makespan(phase, slots).seconds();
        phase.clear();
      }
      phase.add(evaluation);
    }
    return phase.isEmpty() ? sum : sum + new Makespan(phase, slots).seconds();
  }

  private static boolean isSamePhase(Judged one, Judged other) {
    return one.cycle() == other.cycle() && one.phase().equals(other.phase());
  }

  private record Running(Judged task, double end) {}

  private double seconds() {
    Map<Long, Integer> waitsFor = new HashMap<>();
    PriorityQueue<Judged> ready =
        new PriorityQueue<>(
            Comparator.comparingDouble((Judged task) -> tails.get(task.index()))
                .reversed()
                .thenComparingLong(Judged::index));
    for (Judged task : tasks.values()) {
      int count = (int) task.after().stream().filter(tasks::containsKey).count();
      waitsFor.put(task.index(), count);
      if (count == 0) {
        ready.add(task);
      }
    }
    PriorityQueue<Running> running = new PriorityQueue<>(Comparator.comparingDouble(Running::end));
    double now = 0;
    while (!ready.isEmpty() || !running.isEmpty()) {
      while (!ready.isEmpty() && running.size() < slots) {
        Judged task = ready.remove();
        running.add(new Running(task, now + task.seconds()));
      }
      Running over = running.remove();
      now = over.end();
      for (Judged after : next.getOrDefault(over.task().index(), List.of())) {
        if (waitsFor.merge(after.index(), -1, Integer::sum) == 0) {
          ready.add(after);
        }
      }
    }
    return now;
  }
}
