package org.espalier.spark.training;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Networks at rest between the tasks of one JVM, so that a segment need not build its own.
 *
 * <p>A task borrows a network, has it for itself, and gives it back when all went well; one that
 * failed is the task's to close. Networks of a few keys rest at a time, of each at most as many as
 * tasks ran at once; the key that was used least recently makes room, and its networks are closed.
 * Two keys suffice for training and an evaluation after each epoch.
 *
 * <p>The arrays of a network stay on the device on which they were made, so a network is lent only
 * to tasks that compute there; where there are no GPUs the device is an empty text.
 */
final class WorkerNetworks {
  private static final WorkerNetworks SHARED = new WorkerNetworks(2);

  private final Map<String, Map<String, Deque<WorkerNetwork>>> resting =
      new LinkedHashMap<>(4, 0.75f, true);
  private final int keys;

  WorkerNetworks(int keys) {
    this.keys = keys;
  }

  /** Returns this JVM's networks. */
  static WorkerNetworks shared() {
    return SHARED;
  }

  /** Returns a network of a key that no other task has, built if none rests. */
  WorkerNetwork borrow(String key, String device, Supplier<WorkerNetwork> build) {
    synchronized (this) {
      Map<String, Deque<WorkerNetwork>> ofKey = resting.get(key);
      Deque<WorkerNetwork> networks = ofKey == null ? null : ofKey.get(device);
      if (networks != null && !networks.isEmpty()) {
        return networks.pop();
      }
    }
    return build.get();
  }

  /** Takes a network back. */
  void giveBack(String key, String device, WorkerNetwork network) {
    List<WorkerNetwork> dropped = new ArrayList<>();
    synchronized (this) {
      resting
          .computeIfAbsent(key, k -> new HashMap<>())
          .computeIfAbsent(device, d -> new ArrayDeque<>())
          .push(network);
      Iterator<Map<String, Deque<WorkerNetwork>>> leastRecent = resting.values().iterator();
      while (resting.size() > keys) {
        leastRecent.next().values().forEach(dropped::addAll);
        leastRecent.remove();
      }
    }
    close(dropped);
  }

  /** Drops the resting networks of a key. */
  void forget(String key) {
    Map<String, Deque<WorkerNetwork>> dropped;
    synchronized (this) {
      dropped = resting.remove(key);
    }
    if (dropped != null) {
      dropped.values().forEach(WorkerNetworks::close);
    }
  }

  private static void close(Collection<WorkerNetwork> networks) {
    networks.forEach(WorkerNetwork::close);
  }

  /** Returns the number of networks at rest. */
  synchronized int size() {
    return resting.values().stream()
        .flatMap(ofKey -> ofKey.values().stream())
        .mapToInt(Deque::size)
        .sum();
  }
}
