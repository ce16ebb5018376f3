package org.espalier.graph;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A parameter of a new network, and where its value comes from: given, carried over from another
 * network, or, where there is neither, as it was initialised.
 *
 * @param node the new network's node
 * @param parameter the parameter's name
 * @param target its array in the new network
 * @param origin the old network's node, or null
 * @param old its array in the old network, or null
 * @param given the value given, or null
 * @param change what is done to the old array and to its updater state
 */
record Slot(
    String node,
    String parameter,
    INDArray target,
    String origin,
    INDArray old,
    INDArray given,
    UnaryOperator<INDArray> change) {

  /** The parameters of one node. */
  static List<Slot> of(ComputationGraph source, ComputationGraph result, String name, Entry entry) {
    Map<String, INDArray> targets = Parameters.of(result, name);
    Map<String, INDArray> olds =
        entry.origin() == null ? Map.of() : Parameters.of(source, entry.origin());
    TreeSet<String> named = new TreeSet<>(entry.given().keySet());
    named.addAll(entry.carried().keySet());
    named.removeAll(targets.keySet());
    if (!named.isEmpty()) {
      throw new IllegalArgumentException(
          "Cannot set parameters of " + name + ": it has none of that name " + named);
    }
    List<Slot> slots = new ArrayList<>();
    targets.forEach(
        (parameter, target) ->
            slots.add(
                new Slot(
                    name,
                    parameter,
                    target,
                    entry.origin(),
                    olds.get(parameter),
                    entry.given().get(parameter),
                    entry.carried().get(parameter))));
    return slots;
  }

  /** Whether value and updater state come from the old network. */
  boolean isCarried() {
    return origin != null && given == null;
  }

  /** Gives the parameter its value. */
  void fill() {
    if (!isCarried() && given == null) {
      return;
    }
    INDArray value = given == null && old != null ? changed(old) : given;
    if (value == null || !fits(value)) {
      throw new IllegalArgumentException(
          String.format(
              "Cannot carry parameter %s of %s over: its shape is now %s (%s)",
              parameter,
              node,
              target.shapeInfoToString(),
              value == null ? "no value" : value.shapeInfoToString()));
    }
    target.assign(value.reshape(target.shape()));
  }

  /** Vectors of one length fit, whether [C] or [1, C]. */
  private boolean fits(INDArray value) {
    return value.equalShapes(target)
        || (value.length() == target.length()
            && value.isVectorOrScalar()
            && target.isVectorOrScalar());
  }

  /** Makes the new array of the old parameter, or of an array of its updater state. */
  INDArray changed(INDArray array) {
    return change == null ? array : change.apply(array);
  }
}
