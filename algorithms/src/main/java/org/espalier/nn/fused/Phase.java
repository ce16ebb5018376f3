package org.espalier.nn.fused;

import java.util.ArrayList;
import java.util.List;

/**
 * Actions that run one after the other on each slice of a batch, and what is done once when all
 * slices are through.
 */
final class Phase {
  /** So many numbers of the gradient view, by their address. */
  record Gradient(long address, long numbers) {}

  private final List<Action> actions = new ArrayList<>();
  private final List<PerSlice> results = new ArrayList<>();
  private final List<Runnable> chores = new ArrayList<>();
  private final List<Runnable> endings = new ArrayList<>();
  private final List<Integer> exchanges = new ArrayList<>();
  private final List<Gradient> gradients = new ArrayList<>();

  void add(Action action) {
    actions.add(action);
  }

  /** Registers what every slice has of its own. */
  PerSlice add(PerSlice result) {
    results.add(result);
    return result;
  }

  /**
   * Adds to what is done once by whoever is free, while others are at slices, or at other chores:
   * it must not matter to them when.
   */
  void chore(Runnable chore) {
    chores.add(chore);
  }

  /** Adds to what is done when all slices are through. */
  void atEnd(Runnable ending) {
    endings.add(ending);
  }

  /** Adds the same, in which so many numbers are added up with peers when there are any. */
  void atEndWithPeers(int numbers, Runnable ending) {
    atEnd(ending);
    exchanges.add(numbers);
  }

  /**
   * Says that chores or endings write so many numbers of the gradient view, which no other phase
   * does.
   */
  void writes(long address, long numbers) {
    gradients.add(new Gradient(address, numbers));
  }

  List<Action> actions() {
    return actions;
  }

  List<PerSlice> results() {
    return results;
  }

  List<Runnable> chores() {
    return chores;
  }

  List<Runnable> endings() {
    return endings;
  }

  /** The numbers that are added up with peers, exchange by exchange. */
  List<Integer> exchanges() {
    return exchanges;
  }

  /** What chores and endings write of the gradient view. */
  List<Gradient> gradients() {
    return gradients;
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
