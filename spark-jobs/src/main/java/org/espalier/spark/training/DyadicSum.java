package org.espalier.spark.training;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BinaryOperator;

/**
 * Combines numbered values in one fixed order, whatever order they arrive in.
 *
 * <p>The values are the leaves of a binary tree over their numbers: 0 with 1, 2 with 3, then those
 * pairs, and so on. Two neighbours are combined as soon as both are there, the lower number on the
 * left, so that a partial sum holds few values and the result depends on the set of leaves alone.
 * Floating-point addition is not associative; with this, sums come out bit for bit the same in
 * every run.
 */
final class DyadicSum<T> implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Complete subtrees by the number of their first leaf; a subtree has 2^level leaves. */
  private final TreeMap<Integer, Node<T>> nodes = new TreeMap<>();

  private static final class Node<T> implements Serializable {
    private static final long serialVersionUID = 1L;

    private final int level;
    private final T value;

    Node(int level, T value) {
      this.level = level;
      this.value = value;
    }
  }

  /** Returns the sum of one leaf. */
  static <T> DyadicSum<T> of(int leaf, T value) {
    DyadicSum<T> sum = new DyadicSum<>();
    sum.nodes.put(leaf, new Node<>(0, value));
    return sum;
  }

  /** Adds another sum's leaves, none of which may be in this one; returns this one. */
  DyadicSum<T> plus(DyadicSum<T> other, BinaryOperator<T> combine) {
    other.nodes.forEach((first, node) -> add(first, node, combine));
    return this;
  }

  private void add(int first, Node<T> node, BinaryOperator<T> combine) {
    int start = first;
    Node<T> grown = node;
    while (true) {
      int buddy = start ^ (1 << grown.level);
      Node<T> neighbour = nodes.get(buddy);
      if (neighbour == null || neighbour.level != grown.level) {
        break;
      }
      nodes.remove(buddy);
      T left = buddy < start ? neighbour.value : grown.value;
      T right = buddy < start ? grown.value : neighbour.value;
      start = Math.min(start, buddy);
      grown = new Node<>(grown.level + 1, combine.apply(left, right));
    }
    nodes.put(start, grown);
  }

  /** Returns the lowest number among the leaves. */
  int first() {
    return nodes.firstKey();
  }

  /** Returns the number of values that wait for a neighbour. */
  int pending() {
    return nodes.size();
  }

  /** Returns the combination of all leaves, once all are there. */
  T total(BinaryOperator<T> combine) {
    List<T> values = new ArrayList<>();
    for (Map.Entry<Integer, Node<T>> entry : nodes.descendingMap().entrySet()) {
      values.add(entry.getValue().value);
    }
    Iterator<T> smallestFirst = values.iterator();
    T total = smallestFirst.next();
    while (smallestFirst.hasNext()) {
      total = combine.apply(smallestFirst.next(), total);
    }
    return total;
  }
}
