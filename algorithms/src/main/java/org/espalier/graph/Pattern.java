package org.espalier.graph;

import java.util.List;
import java.util.function.Predicate;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.layers.Layer;

/**
 * What a piece of a network looks like: a tree of nodes, told by what they are and what they read.
 *
 * <p>A pattern describes the last node of the piece; {@link #reading} describes what that one
 * reads, and so on. Where nothing is said about what a node reads, it may read anything, and that
 * is not part of the piece. A match is refused when one of its nodes, save the last, is an output
 * of the network or is read from outside the match.
 */
public final class Pattern {
  /** How the inputs of a node are compared to patterns. */
  enum Order {
    UNSAID,
    GIVEN,
    ANY
  }

  private final Predicate<Node> test;
  private final boolean outside;
  private final String label;
  private final Order order;
  private final List<Pattern> inputs;

  private Pattern(
      Predicate<Node> test, boolean outside, String label, Order order, List<Pattern> inputs) {
    this.test = test;
    this.outside = outside;
    this.label = label;
    this.order = order;
    this.inputs = inputs;
  }

  /** Any node that passes a test. */
  public static Pattern node(Predicate<Node> test) {
    return new Pattern(test, false, null, Order.UNSAID, List.of());
  }

  /** Any node. */
  public static Pattern any() {
    return node(node -> true);
  }

  /** Any node or network input; it is not part of the match. */
  public static Pattern outside() {
    return new Pattern(node -> true, true, null, Order.UNSAID, List.of());
  }

  /** A layer whose configuration is of a type or a subtype. */
  public static Pattern layer(Class<? extends Layer> type) {
    return node(node -> type.isInstance(node.layer()));
  }

  /** A layer whose configuration is of a type or a subtype and passes a test. */
  public static <L extends Layer> Pattern layer(Class<L> type, Predicate<? super L> test) {
    return node(node -> type.isInstance(node.layer()) && test.test(type.cast(node.layer())));
  }

  /** A vertex, such as a sum, that is of a type or a subtype. */
  public static Pattern vertex(Class<? extends GraphVertex> type) {
    return node(node -> type.isInstance(node.vertex()));
  }

  /** A vertex, such as a sum, that is of a type or a subtype and passes a test. */
  public static <V extends GraphVertex> Pattern vertex(Class<V> type, Predicate<? super V> test) {
    return node(node -> type.isInstance(node.vertex()) && test.test(type.cast(node.vertex())));
  }

  /**
   * Nodes of which each reads the one before it, and that alone.
   *
   * @param nodes the first, and one or more others about whose inputs nothing has been said
   */
  public static Pattern chain(Pattern first, Pattern... nodes) {
    Pattern last = first;
    for (Pattern node : nodes) {
      last = node.reading(last);
    }
    return last;
  }

  /** The same node, reading exactly this, in this order. */
  public Pattern reading(Pattern... patterns) {
    return with(Order.GIVEN, patterns);
  }

  /** The same node, reading exactly this, in any order, as the inputs of a sum may stand. */
  public Pattern readingInAnyOrder(Pattern... patterns) {
    return with(Order.ANY, patterns);
  }

  private Pattern with(Order how, Pattern... patterns) {
    if (outside || order != Order.UNSAID) {
      throw new IllegalArgumentException(
          "Cannot say what a node of a pattern reads: "
              + (outside ? "it is outside" : "that has been said")
              + " ("
              + patterns.length
              + " inputs)");
    }
    return new Pattern(test, false, label, how, List.of(patterns));
  }

  /** The same node, if it passes one more test. */
  public Pattern where(Predicate<Node> further) {
    return new Pattern(test.and(further), outside, label, order, inputs);
  }

  /** The same node, to be found in the match under a label. */
  public Pattern as(String name) {
    return new Pattern(test, outside, name, order, inputs);
  }

  boolean accepts(Node node) {
    return test.test(node);
  }

  boolean isOutside() {
    return outside;
  }

  String label() {
    return label;
  }

  Order order() {
    return order;
  }

  List<Pattern> inputs() {
    return inputs;
  }
}
