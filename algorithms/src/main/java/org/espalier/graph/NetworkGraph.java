package org.espalier.graph;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A network as a graph that can be looked at and edited, and made a network again.
 *
 * <p>The network given is never changed. Edits work on a copy of its configuration; each either
 * happens as a whole or is refused. {@link #build} makes a new network of it: every parameter and
 * its updater state are carried over by node and parameter name, save those that were given
 * explicitly, and so are the iteration and epoch counters. Listeners are not.
 *
 * <p>Networks hold no shapes; where edits change how many channels a node makes, nodes that read it
 * must be told ({@link #layer}). {@link #shapes} checks that they were.
 */
public final class NetworkGraph {
  private final ComputationGraph source;
  private final Edits edits;
  private boolean restarted;

  private NetworkGraph(ComputationGraph source) {
    this.source = source;
    this.edits = new Edits(source.getConfiguration());
  }

  /**
   * Starts with a copy of a network.
   *
   * @param network an initialised network
   */
  public static NetworkGraph of(ComputationGraph network) {
    return new NetworkGraph(network);
  }

  /**
   * Copies a network: parameters, updater state and counters, but no listeners.
   *
   * <p>Deeplearning4j's own copy of a network loses the axis of a {@code MergeVertex} of NHWC
   * images.
   */
  public static ComputationGraph copy(ComputationGraph network) {
    return of(network).build();
  }

  /** The names of the network's inputs, in order. */
  public List<String> inputs() {
    return edits.networkInputs();
  }

  /** The names of the nodes that are the network's outputs, in order. */
  public List<String> outputs() {
    return edits.networkOutputs();
  }

  /** The nodes, each behind all that it reads, in an order that depends on the network alone. */
  public List<Node> nodes() {
    return edits.wiring().order().stream().map(edits::node).toList();
  }

  /** Whether there is a node, or a network input, of that name. */
  public boolean contains(String name) {
    return edits.has(name);
  }

  /**
   * The node of a name.
   *
   * @throws IllegalArgumentException when there is none
   */
  public Node node(String name) {
    return edits.node(name);
  }

  /** The nodes that read a node or network input, each once. */
  public List<String> users(String name) {
    return edits.wiring().users(name);
  }

  /**
   * What each node makes of inputs of given types, in the order of {@link #nodes}.
   *
   * @param inputs the type of each network input
   * @throws IllegalArgumentException when a node cannot take what it is to read
   */
  public Map<String, InputType> shapes(InputType... inputs) {
    return Shapes.of(this, inputs);
  }

  /**
   * Returns the copy's configuration of a layer, free to be changed.
   *
   * @throws IllegalArgumentException when there is no node of that name, or it is not of that type
   */
  public <L extends Layer> L layer(String name, Class<L> type) {
    Layer layer = node(name).layer();
    if (!type.isInstance(layer)) {
      throw new IllegalArgumentException(
          "Cannot edit node " + name + ": it is not a layer of type " + type.getSimpleName());
    }
    return type.cast(layer);
  }

  /** Hands every layer configuration of the copy that is of a type to {@code change}. */
  public <L extends Layer> NetworkGraph forEach(Class<L> type, Consumer<L> change) {
    for (Node node : nodes()) {
      if (type.isInstance(node.layer())) {
        change.accept(type.cast(node.layer()));
      }
    }
    return this;
  }

  /**
   * Puts a node behind another one or a network input: everything that read that one reads the new
   * node instead.
   *
   * @param name what to follow, not an output of the network
   * @param added the new node; it reads what it follows unless it says otherwise
   */
  public NetworkGraph insertAfter(String name, NewNode added) {
    edits.insertAfter(name, added);
    return this;
  }

  /**
   * Puts a node before another one of a single input, and before that one's preprocessor where it
   * has one.
   *
   * @param added the new node; it reads what the other one read unless it says otherwise
   */
  public NetworkGraph insertBefore(String name, NewNode added) {
    edits.insertBefore(name, added);
    return this;
  }

  /**
   * Puts a node on the edge between two: of all that read {@code from}, {@code to} alone reads the
   * new node instead, and before its preprocessor where it has one.
   */
  public NetworkGraph insertBetween(String from, String to, NewNode added) {
    edits.insertBetween(from, to, added);
    return this;
  }

  /**
   * Puts nodes in the place of one. The first reads what the old one read, after the same
   * preprocessing, each further one the one before it, unless they say otherwise; what read the old
   * one reads the last, and where the old one was an output of the network, the last is.
   */
  public NetworkGraph replace(String name, NewNode... by) {
    edits.substitute(List.of(node(name)), name, Arrays.asList(by));
    return this;
  }

  /**
   * Removes a node: everything that read it reads its input instead, and takes over its
   * preprocessor. A node that nothing reads may have several inputs.
   */
  public NetworkGraph remove(String name) {
    edits.remove(name);
    return this;
  }

  /** Gives a node or network input another name, wherever it is named. */
  public NetworkGraph rename(String from, String to) {
    edits.rename(from, to);
    return this;
  }

  /**
   * Replaces every match of a pattern. Matches are looked for from the network's inputs on, do not
   * overlap, and are not looked for in what was put in.
   *
   * @param replacement what to put in the place of a match, as in {@link #replace}; none to leave
   *     the match as it is. Names of matched nodes are free to be used again.
   * @return how many matches were replaced
   */
  public int rewrite(Pattern pattern, Function<Match, List<NewNode>> replacement) {
    Matcher matcher = new Matcher(pattern);
    int replaced = 0;
    for (Optional<Match> match = matcher.next(this);
        match.isPresent();
        match = matcher.next(this)) {
      List<NewNode> by = replacement.apply(match.get());
      if (by.isEmpty()) {
        matcher.decline(match.get());
      } else {
        edits.substitute(match.get().nodes(), match.get().root().name(), by);
        by.forEach(node -> matcher.skip(node.name()));
        replaced++;
      }
    }
    return replaced;
  }

  /**
   * Gives a parameter of the new network its value, instead of carrying the old one over. Its
   * updater state starts anew.
   */
  public NetworkGraph parameter(String name, String parameter, INDArray value) {
    edits.entry(name).given().put(parameter, value);
    return this;
  }

  /**
   * Changes a parameter on its way to the new network, and each array of its updater state with it,
   * such as momentum: all have the parameter's shape, vectors [1, C].
   *
   * @param change makes the new array of the old one, of which it must not keep a view
   */
  public NetworkGraph carry(String name, String parameter, UnaryOperator<INDArray> change) {
    edits.entry(name).carried().put(parameter, change);
    return this;
  }

  /** Makes the new network start its training anew: counters at zero, no updater state. */
  public NetworkGraph restart() {
    restarted = true;
    return this;
  }

  /**
   * Builds the network. It shares nothing with the one that this graph was made of.
   *
   * @throws IllegalArgumentException when nothing reads a node, or a parameter's shape changed and
   *     no value was given for it
   */
  public ComputationGraph build() {
    edits.checkRead();
    Map<String, Entry> entries = edits.entries();
    ComputationGraph result = new ComputationGraph(configuration(entries));
    initialize(result, entries);
    List<Slot> slots = new ArrayList<>();
    entries.forEach((name, entry) -> slots.addAll(Slot.of(source, result, name, entry)));
    slots.forEach(Slot::fill);
    if (!restarted) {
      CarriedState.carry(source, result, slots);
    }
    return result;
  }

  /** Draws random numbers only where a new node may need them: they are a process's own. */
  private static void initialize(ComputationGraph result, Map<String, Entry> entries) {
    boolean isNew = false;
    long parameters = 0;
    for (Map.Entry<String, GraphVertex> vertex :
        result.getConfiguration().getVertices().entrySet()) {
      long own = vertex.getValue().numParams(true);
      parameters += own;
      isNew |= own > 0 && entries.get(vertex.getKey()).origin() == null;
    }
    if (isNew || parameters == 0) {
      result.init();
    } else {
      DataType type = result.getConfiguration().getDataType();
      result.init(Nd4j.create(type, 1, parameters), false);
    }
  }

  private ComputationGraphConfiguration configuration(Map<String, Entry> entries) {
    ComputationGraphConfiguration result = Configurations.copy(source.getConfiguration());
    if (restarted) {
      result.setIterationCount(0);
      result.setEpochCount(0);
    }
    result.setTopologicalOrder(null);
    result.setTopologicalOrderStr(null);
    result.setNetworkInputs(new ArrayList<>(inputs()));
    result.setNetworkOutputs(new ArrayList<>(outputs()));
    result.setVertices(new LinkedHashMap<>());
    result.setVertexInputs(new LinkedHashMap<>());
    entries.forEach(
        (name, entry) -> {
          GraphVertex vertex = Configurations.copy(entry.vertex());
          if (vertex instanceof LayerVertex holder) {
            holder.getLayerConf().getLayer().setLayerName(name);
          }
          result.getVertices().put(name, vertex);
          result.getVertexInputs().put(name, new ArrayList<>(entry.inputs()));
        });
    return result;
  }
}
