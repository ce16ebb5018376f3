package org.espalier.export.onnx;

import java.util.ArrayList;
import java.util.List;
import onnx.Onnx.AttributeProto;

/**
 * The nodes that one vertex of a network becomes, one behind the other.
 *
 * <p>The last one's tensor has the vertex's name, and so has the node that stands for the vertex
 * (the last one where none was named as that); the others have their operator behind it.
 */
final class Chain {
  private record Link(
      String type, boolean main, List<String> others, List<AttributeProto> attributes) {}

  private final GraphWriter graph;
  private final String vertex;
  private final String input;
  private final List<Link> links = new ArrayList<>();

  /**
   * An empty chain.
   *
   * @param vertex the vertex's name
   * @param input the tensor that the first node reads
   */
  Chain(GraphWriter graph, String vertex, String input) {
    this.graph = graph;
    this.vertex = vertex;
    this.input = input;
  }

  GraphWriter graph() {
    return graph;
  }

  String vertex() {
    return vertex;
  }

  /** Adds the node that stands for the vertex; {@code others} come behind the chain's tensor. */
  Chain main(String type, List<String> others, AttributeProto... attributes) {
    links.add(new Link(type, true, others, List.of(attributes)));
    return this;
  }

  /** Adds a node that goes with it; {@code others} come behind the chain's tensor. */
  Chain then(String type, List<String> others, AttributeProto... attributes) {
    links.add(new Link(type, false, others, List.of(attributes)));
    return this;
  }

  /** Writes the nodes; returns the tensor that the last one makes, of none the input. */
  String write() {
    String tensor = input;
    boolean headless = links.stream().noneMatch(Link::main);
    for (int i = 0; i < links.size(); i++) {
      Link link = links.get(i);
      List<String> inputs = new ArrayList<>();
      inputs.add(tensor);
      inputs.addAll(link.others());
      String apart = vertex + "/" + link.type();
      boolean last = i == links.size() - 1;
      tensor =
          graph.node(
              link.type(),
              link.main() || (headless && last) ? vertex : apart,
              last ? vertex : apart,
              inputs,
              link.attributes().toArray(AttributeProto[]::new));
    }
    return tensor;
  }
}
