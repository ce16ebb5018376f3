package org.espalier.spark.training;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.deeplearning4j.nn.graph.ComputationGraph;

/**
 * Networks at rest between the tasks of one JVM, so that a segment need not build its own.
 *
 * <p>A task borrows a network, has it for itself, and gives it back when all went well; one that
 * failed is dropped. Networks of a few keys rest at a time, of each at most as many as tasks ran at
 * once; the key that was used least recently makes room. Two keys suffice for training and an
 * evaluation after each epoch.
 */
final class WorkerNetworks {
  private static final WorkerNetworks SHARED = new WorkerNetworks(2);

  private final Map<String, Deque<ComputationGraph>> resting = new LinkedHashMap<>(4, 0.75f, true);
  private final int keys;

  WorkerNetworks(int keys) {
    this.keys = keys;
  }

  /** Returns this JVM's networks. */
  static WorkerNetworks shared() {
    return SHARED;
  }

  /** Returns a network of a key that no other task has, built if none rests. */
  ComputationGraph borrow(String key, Supplier<ComputationGraph> build) {
    synchronized (this) {
      Deque<ComputationGraph> networks = resting.get(key);
      if (networks != null && !networks.isEmpty()) {
        return networks.pop();
      }
    }
    return build.get();
  }

  /** Takes a network back. */
  synchronized void giveBack(String key, ComputationGraph graph) {
    resting.computeIfAbsent(key, k -> new ArrayDeque<>()).push(graph);
    Iterator<String> leastRecent = resting.keySet().iterator();
    while (resting.size() > keys) {
      leastRecent.next();
      leastRecent.remove();
    }
  }

  /** Drops the resting networks of a key. */
  synchronized void forget(String key) {
    resting.remove(key);
  }

  /** Returns the number of networks at rest. */
  synchronized int size() {
    return resting.values().stream().mapToInt(Deque::size).sum();
  }
}
