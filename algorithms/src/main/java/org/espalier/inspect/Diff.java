package org.espalier.inspect;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * Where two networks differ, vertex by vertex, matched by name.
 *
 * @param added vertices that only the second network has, in its order
 * @param removed vertices that only the first network has, in its order
 * @param changed vertices that both have and that differ, in the first network's order
 */
public record Diff(List<String> added, List<String> removed, List<Change> changed) {

  /** Copies the lists. */
  public Diff {
    added = List.copyOf(added);
    removed = List.copyOf(removed);
    changed = List.copyOf(changed);
  }

  /**
   * What changed in one vertex.
   *
   * @param name the vertex
   * @param attributes its type, inputs and settings, where they differ
   * @param parameters its parameters, where they differ
   */
  public record Change(String name, List<Attribute> attributes, List<Parameter> parameters) {

    /** Copies the lists. */
    public Change {
      attributes = List.copyOf(attributes);
      parameters = List.copyOf(parameters);
    }
  }

  /**
   * An attribute that differs.
   *
   * @param name the attribute; {@code type} and {@code inputs} among them
   * @param before its text in the first network; empty where it has none
   * @param after its text in the second one; likewise
   */
  public record Attribute(String name, String before, String after) {}

  /**
   * A parameter that differs.
   *
   * @param name the parameter
   * @param before its shape in the first network; empty where it has none
   * @param after its shape in the second one; likewise
   * @param greatest the greatest magnitude of a difference of values; NaN where shapes differ
   */
  public record Parameter(String name, List<Long> before, List<Long> after, double greatest) {

    /** Copies the lists. */
    public Parameter {
      before = List.copyOf(before);
      after = List.copyOf(after);
    }
  }

  /** Compares two initialised networks. */
  public static Diff of(ComputationGraph first, ComputationGraph second) {
    Map<String, Node> before = Topology.of(first).byName();
    Map<String, Node> after = Topology.of(second).byName();
    List<Change> changed = new ArrayList<>();
    for (Node node : before.values()) {
      Node other = after.get(node.name());
      if (other != null) {
        Change change =
            new Change(
                node.name(),
                attributes(node, other),
                parameters(table(first, node.name()), table(second, node.name())));
        if (!change.attributes().isEmpty() || !change.parameters().isEmpty()) {
          changed.add(change);
        }
      }
    }
    return new Diff(without(after, before), without(before, after), changed);
  }

  /** Returns whether the networks are the same. */
  public boolean isEmpty() {
    return added.isEmpty() && removed.isEmpty() && changed.isEmpty();
  }

  /** Returns one line a difference: {@code +} added, {@code -} removed, {@code ~} changed. */
  public String text() {
    StringBuilder text = new StringBuilder();
    added.forEach(name -> text.append("+ ").append(name).append('\n'));
    removed.forEach(name -> text.append("- ").append(name).append('\n'));
    for (Change change : changed) {
      text.append("~ ").append(change.name()).append('\n');
      for (Attribute a : change.attributes()) {
        text.append(
            String.format("    %s: %s -> %s%n", a.name(), orDash(a.before()), orDash(a.after())));
      }
      for (Parameter p : change.parameters()) {
        text.append(
            p.before().equals(p.after())
                ? String.format(
                    Locale.ROOT,
                    "    %s %s: differs by at most %.4g%n",
                    p.name(),
                    p.before(),
                    p.greatest())
                : String.format("    %s: %s -> %s%n", p.name(), p.before(), p.after()));
      }
    }
    return text.isEmpty() ? "no difference\n" : text.toString();
  }

  private static String orDash(String text) {
    return text.isEmpty() ? "-" : text;
  }

  private static List<String> without(Map<String, Node> these, Map<String, Node> those) {
    return these.keySet().stream().filter(name -> !those.containsKey(name)).toList();
  }

  private static List<Attribute> attributes(Node before, Node after) {
    List<Attribute> differing = new ArrayList<>();
    if (!before.type().equals(after.type())) {
      differing.add(new Attribute("type", before.type(), after.type()));
    }
    if (!before.inputs().equals(after.inputs())) {
      differing.add(
          new Attribute(
              "inputs", String.join(", ", before.inputs()), String.join(", ", after.inputs())));
    }
    Set<String> names = new TreeSet<>(before.attributes().keySet());
    names.addAll(after.attributes().keySet());
    for (String name : names) {
      String old = before.attributes().getOrDefault(name, "");
      String fresh = after.attributes().getOrDefault(name, "");
      if (!old.equals(fresh)) {
        differing.add(new Attribute(name, old, fresh));
      }
    }
    return differing;
  }

  private static Map<String, INDArray> table(ComputationGraph graph, String name) {
    Map<String, INDArray> table = graph.getVertex(name).paramTable(false);
    return table == null ? Map.of() : table;
  }

  private static List<Parameter> parameters(
      Map<String, INDArray> before, Map<String, INDArray> after) {
    List<Parameter> differing = new ArrayList<>();
    Set<String> names = new LinkedHashSet<>(before.keySet());
    names.addAll(after.keySet());
    for (String name : names) {
      INDArray old = before.get(name);
      INDArray fresh = after.get(name);
      if (old == null || fresh == null || !old.equalShapes(fresh)) {
        differing.add(new Parameter(name, shape(old), shape(fresh), Double.NaN));
      } else {
        double greatest =
            old.isEmpty() ? 0 : Transforms.abs(old.sub(fresh)).maxNumber().doubleValue();
        if (greatest != 0) {
          differing.add(new Parameter(name, shape(old), shape(fresh), greatest));
        }
      }
    }
    return differing;
  }

  private static List<Long> shape(INDArray array) {
    return array == null ? List.of() : Arrays.stream(array.shape()).boxed().toList();
  }
}
