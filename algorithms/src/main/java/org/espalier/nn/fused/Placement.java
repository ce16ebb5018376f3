package org.espalier.nn.fused;

import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Where the values of a program lie: kept ones in memory for the whole batch, others in a lane's
 * scratch memory.
 *
 * <p>A value is made, if possible, in the place of one that its phase needs no more: that slice of
 * memory is in the cache already, so it is neither fetched to be overwritten, nor does it drive
 * something else out.
 */
final class Placement {
  private final Arena whole = new Arena();
  private final Map<Integer, Set<Value>> ending = new HashMap<>();
  private final long[] scratchBytes;

  /** Places all values of these phases. */
  Placement(List<Phase> phases) {
    scratchBytes = new long[phases.size()];
    for (int i = 0; i < phases.size(); i++) {
      scratchBytes[i] = new OnePhase(i, phases.get(i).actions()).place();
    }
  }

  /** Bytes that kept values take for each image of a batch. */
  long wholeBytes() {
    return whole.size();
  }

  /** Bytes that others take for each image of a slice of a phase. */
  long scratchBytes(int phase) {
    return scratchBytes[phase];
  }

  /** The values of one phase. */
  private final class OnePhase {
    private final List<Action> actions;
    private final Map<Value, Integer> lastUse = new HashMap<>();
    private final Set<Value> dying;

    /** The first action that needs a value's place for its heir, which is kept. */
    private final Map<Value, Integer> promised = new HashMap<>();

    OnePhase(int phase, List<Action> actions) {
      this.actions = actions;
      this.dying = ending.getOrDefault(phase, Set.of());
      for (int i = 0; i < actions.size(); i++) {
        for (Value value : actions.get(i).reads()) {
          lastUse.put(value, i);
        }
        for (Value value : actions.get(i).writes()) {
          lastUse.put(value, i);
        }
      }
    }

    /** Returns the bytes that scratch values take for each image. */
    long place() {
      placeKept();
      long bytes = placeScratch();
      dying.stream().filter(old -> !promised.containsKey(old)).forEach(old -> old.giveBack(whole));
      return bytes;
    }

    private void placeKept() {
      Set<Value> placed = new LinkedHashSet<>();
      for (int i = 0; i < actions.size(); i++) {
        for (Value value : actions.get(i).writes()) {
          if (value.wholeBatch() && placed.add(value)) {
            Optional<Value> old = dyingBefore(i, value);
            if (old.isPresent()) {
              value.replace(old.get());
              promised.put(old.get(), i);
            } else {
              value.place(whole.take(value.room()));
            }
            ending.computeIfAbsent(value.last(), last -> new LinkedHashSet<>()).add(value);
          }
        }
      }
    }

    /** The kept value used last among those that an action may put another in the place of. */
    private Optional<Value> dyingBefore(int action, Value value) {
      return dying.stream()
          .filter(old -> lastUse.containsKey(old) && !promised.containsKey(old))
          .filter(old -> old.imageBytes() == value.imageBytes())
          .filter(
              old ->
                  lastUse.get(old) < action
                      || (lastUse.get(old) == action && actions.get(action).over().contains(old)))
          .max(Comparator.comparing(lastUse::get));
    }

    private long placeScratch() {
      Arena scratch = new Arena();
      Set<Value> placed = new LinkedHashSet<>();
      Set<Value> owners = new LinkedHashSet<>();
      for (int i = 0; i < actions.size(); i++) {
        int now = i;
        for (Value value : actions.get(i).writes()) {
          if (!value.wholeBatch() && placed.add(value)) {
            Optional<Value> old =
                actions.get(i).over().stream()
                    .filter(operand -> givesWay(operand, now, value))
                    .findFirst();
            if (old.isPresent()) {
              takeOver(value, old.get(), owners);
            } else {
              value.place(scratch.take(value.room()));
              owners.add(value);
            }
          }
        }
        owners.removeIf(value -> ends(value, now, scratch));
      }
      return scratch.size();
    }

    private boolean givesWay(Value operand, int action, Value heir) {
      return lastUse.get(operand) == action
          && (dying.contains(operand) || !operand.wholeBatch())
          && operand.imageBytes() == heir.imageBytes()
          && lastUse.get(heir) < promised.getOrDefault(operand, Integer.MAX_VALUE);
    }

    private void takeOver(Value value, Value old, Set<Value> owners) {
      value.replace(old);
      if (promised.containsKey(old)) {
        promised.put(value, promised.get(old));
      }
      if (owners.remove(old)) {
        owners.add(value);
      }
    }

    private boolean ends(Value value, int action, Arena scratch) {
      if (lastUse.get(value) != action) {
        return false;
      }
      value.giveBack(scratch);
      return true;
    }
  }
}
