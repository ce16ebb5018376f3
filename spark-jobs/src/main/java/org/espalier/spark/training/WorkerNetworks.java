package org.espalier.spark.training;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.function.Supplier;
import org.deeplearning4j.nn.graph.ComputationGraph;

/**
 * Networks at rest between the tasks of one JVM, so that a segment need not build its own.
 *
 * <p>A task borrows a network, has it for itself, and gives it back when all went well; one that
 * failed is dropped. No more networks rest than there are processors; the one that has rested
 * longest makes room.
 */
final class WorkerNetworks {
  private static final WorkerNetworks SHARED =
      new WorkerNetworks(Runtime.getRuntime().availableProcessors());

  private record Resting(String key, ComputationGraph graph) {}

  private final Deque<Resting> resting = new ArrayDeque<>();
  private final int limit;

  WorkerNetworks(int limit) {
    this.limit = limit;
  }

  /** Returns this JVM's networks. */
  static WorkerNetworks shared() {
    return SHARED;
  }

  /** Returns a network of a key that no other task has, built if none rests. */
  ComputationGraph borrow(String key, Supplier<ComputationGraph> build) {
    synchronized (this) {
      for (Iterator<Resting> networks = resting.descendingIterator(); networks.hasNext(); ) {
        Resting candidate = networks.next();
        if (candidate.key().equals(key)) {
          networks.remove();
          return candidate.graph();
        }
      }
    }
    return build.get();
  }

  /** Takes a network back. */
  synchronized void giveBack(String key, ComputationGraph graph) {
    resting.addLast(new Resting(key, graph));
    while (resting.size() > limit) {
      resting.removeFirst();
    }
  }

  /** Drops the resting networks of a key. */
  synchronized void forget(String key) {
    resting.removeIf(network -> network.key().equals(key));
  }

  /** Returns the number of networks at rest. */
  synchronized int size() {
    return resting.size();
  }
}
