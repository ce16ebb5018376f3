package org.espalier.nn.fused;

import java.util.ArrayList;
import java.util.List;

/**
 * Actions that run one after the other on each slice of a batch, and what is done once when all
 * slices are through.
 */
final class Phase {
  private final List<Action> actions = new ArrayList<>();
  private final List<PerSlice> results = new ArrayList<>();
  private final List<Runnable> endings = new ArrayList<>();

  void add(Action action) {
    actions.add(action);
  }

  /** Registers what every slice has of its own. */
  PerSlice add(PerSlice result) {
    results.add(result);
    return result;
  }

  /** Adds to what is done when all slices are through. */
  void atEnd(Runnable ending) {
    endings.add(ending);
  }

  List<Action> actions() {
    return actions;
  }

  List<PerSlice> results() {
    return results;
  }

  List<Runnable> endings() {
    return endings;
  }

  /** The most bytes that an image has in any value of the phase. */
  long widestImage() {
    long widest = 1;
    for (Action action : actions) {
      for (Value value : action.reads()) {
        widest = Math.max(widest, value.imageBytes());
      }
      for (Value value : action.writes()) {
        widest = Math.max(widest, value.imageBytes());
      }
    }
    return widest;
  }
}
