package org.espalier.search.colony;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.espalier.search.Evaluation;
import org.espalier.search.Origin;

/** A task of a phase, the steps it rests on and, once it is known, what came of it. */
final class Step {
  private final long index;
  private final Task task;
  private final List<Step> waiting = new ArrayList<>();
  private Step own;
  private Step partner;
  private int missing;
  private int behind;
  private Evaluation evaluation;
  private Source after;

  Step(long index, Task task) {
    this.index = index;
    this.task = task;
  }

  /**
   * Says which earlier steps of the phase have to be known.
   *
   * @param lastOnOwn the last one for the same source, or null
   * @param lastOnPartner the last one for the partner, or null
   */
  void restOn(Step lastOnOwn, Step lastOnPartner) {
    own = lastOnOwn;
    partner = lastOnPartner;
    before().forEach(step -> step.waiting.add(this));
    missing = (int) before().count();
  }

  /** Counts the longest chain of steps that wait for this one; theirs are counted already. */
  void countBehind() {
    behind = waiting.stream().mapToInt(step -> step.behind + 1).max().orElse(0);
  }

  int behind() {
    return behind;
  }

  private Stream<Step> before() {
    return Stream.of(own, partner).filter(Objects::nonNull);
  }

  long index() {
    return index;
  }

  Task task() {
    return task;
  }

  boolean isReady() {
    return missing == 0;
  }

  /** Returns the step's own source as it is before it. */
  Source ownBefore(Sources sources) {
    return own == null ? sources.at(task.source()) : own.after;
  }

  /** Returns the partner as it is before this step. */
  Source partnerBefore(Sources sources, int number) {
    return partner == null ? sources.at(number) : partner.after;
  }

  /** Notes what came of it, and returns the steps that waited for nothing else. */
  List<Step> told(Evaluation result, Sources sources) {
    evaluation = result;
    after = sources.after(task, ownBefore(sources), result);
    waiting.forEach(step -> step.missing--);
    return waiting.stream().filter(Step::isReady).toList();
  }

  Evaluation evaluation() {
    return evaluation;
  }

  /** Returns what the step's source is after it. */
  Source after() {
    return after;
  }

  /** Returns how many steps come one after the other before this one. */
  private int wave() {
    return before().mapToInt(step -> step.wave() + 1).max().orElse(0);
  }

  Origin origin() {
    return task.origin(wave(), before().map(Step::index).toList());
  }
}
