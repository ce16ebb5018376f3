package org.espalier.inspect;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One vertex of a network, or one of its inputs.
 *
 * @param name the vertex's name
 * @param type the simple name of the configuration class of its layer, or of the vertex; {@code
 *     Input} for an input of the network
 * @param inputs what it reads, in order
 * @param shape the shape of its output for one example; empty where it is not known
 * @param attributes what its configuration says, as texts, by name
 */
public record Node(
    String name,
    String type,
    List<String> inputs,
    List<Long> shape,
    Map<String, String> attributes) {
  /** The type of an input of the network. */
  public static final String INPUT = "Input";

  /** Copies lists and map; the map keeps its order. */
  public Node {
    inputs = List.copyOf(inputs);
    shape = List.copyOf(shape);
    attributes = Collections.unmodifiableMap(new LinkedHashMap<>(attributes));
  }

  /** Returns the shape as one word, such as {@code 32x32x16}; a dash where it is not known. */
  public String shapeText() {
    return shape.isEmpty() ? "-" : String.join("x", shape.stream().map(String::valueOf).toList());
  }
}
