package org.espalier.graph;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Who reads whom in a graph: the order of its nodes, and their users. */
final class Wiring {
  private final List<String> order;
  private final Map<String, List<String>> users;

  private Wiring(List<String> order, Map<String, List<String>> users) {
    this.order = order;
    this.users = users;
  }

  /**
   * Follows the edges of a graph.
   *
   * @param networkInputs the network's inputs
   * @param inputs what each node reads; nodes that may come in any order keep this one
   * @throws IllegalArgumentException when a node reads what is not there, or itself by a detour
   */
  static Wiring of(List<String> networkInputs, Map<String, List<String>> inputs) {
    Map<String, Set<String>> readers = new HashMap<>();
    Map<String, Integer> waiting = new LinkedHashMap<>();
    inputs.forEach(
        (name, read) -> {
          for (String input : read) {
            if (!inputs.containsKey(input) && !networkInputs.contains(input)) {
              throw new IllegalArgumentException(
                  "Cannot wire node " + name + ": it reads what is not there (" + input + ")");
            }
            readers.computeIfAbsent(input, key -> new LinkedHashSet<>()).add(name);
          }
          waiting.put(name, new LinkedHashSet<>(read).size());
        });
    List<String> order = sort(networkInputs, readers, waiting);
    return new Wiring(order, users(order, inputs));
  }

  private static List<String> sort(
      List<String> networkInputs, Map<String, Set<String>> readers, Map<String, Integer> waiting) {
    List<String> order = new ArrayList<>();
    Deque<String> ready = new ArrayDeque<>(networkInputs);
    waiting.forEach(
        (name, count) -> {
          if (count == 0) {
            order.add(name);
            ready.addLast(name);
          }
        });
    waiting.keySet().removeAll(order);
    while (!ready.isEmpty()) {
      String next = ready.removeFirst();
      for (String reader : readers.getOrDefault(next, Set.of())) {
        if (waiting.merge(reader, -1, Integer::sum) == 0) {
          waiting.remove(reader);
          order.add(reader);
          ready.addLast(reader);
        }
      }
    }
    if (!waiting.isEmpty()) {
      String first = waiting.keySet().iterator().next();
      throw new IllegalArgumentException(
          "Cannot wire node " + first + ": nodes read each other in a circle " + waiting.keySet());
    }
    return order;
  }

  private static Map<String, List<String>> users(
      List<String> order, Map<String, List<String>> inputs) {
    Map<String, List<String>> users = new HashMap<>();
    for (String name : order) {
      for (String input : new LinkedHashSet<>(inputs.get(name))) {
        users.computeIfAbsent(input, key -> new ArrayList<>()).add(name);
      }
    }
    return users;
  }

  /** The nodes, each behind all that it reads. */
  List<String> order() {
    return order;
  }

  /** The nodes that read a node or network input, in order, each once. */
  List<String> users(String name) {
    return users.getOrDefault(name, List.of());
  }
}
