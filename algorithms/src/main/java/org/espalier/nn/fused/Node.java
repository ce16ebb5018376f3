package org.espalier.nn.fused;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A vertex of the network, known by what it gives: images of one shape.
 *
 * <p>Its level is the earliest phase in which that can be computed; a batch normalisation needs all
 * slices of its input, so its own level is one higher. What is expensive is kept from the forward
 * pass for the backward pass; what is cheap is made again wherever it is read.
 */
abstract class Node {
  private final Trace trace;
  private final List<Node> inputs;
  private final Size size;
  private final Map<Integer, Value> made = new HashMap<>();
  private final Map<Integer, Value> numbers = new HashMap<>();
  private final List<Value> gradients = new ArrayList<>();
  private final int lowest;
  private final boolean learnsBelow;
  private Value kept;
  private int gradientPhase;
  private boolean shared;

  /** A node that gives images of the size of its first input's. */
  Node(Trace trace, List<Node> inputs) {
    this(trace, inputs, inputs.get(0).size);
  }

  /** A node that gives images of a size of its own. */
  Node(Trace trace, List<Node> inputs, Size size) {
    this.trace = trace;
    this.inputs = inputs;
    this.size = size;
    this.lowest = inputs.stream().mapToInt(Node::level).max().orElse(0);
    this.learnsBelow = inputs.stream().anyMatch(Node::needsGradient);
  }

  final Trace trace() {
    return trace;
  }

  final Node input() {
    return inputs.get(0);
  }

  final List<Node> inputs() {
    return inputs;
  }

  /** The size of the images that it gives. */
  final Size size() {
    return size;
  }

  final int height() {
    return size.height();
  }

  final int width() {
    return size.width();
  }

  final int channels() {
    return size.channels();
  }

  /** The earliest phase of the forward pass that can compute it. */
  int level() {
    return lowest;
  }

  /** Whether the gradient at its output is of use: it, or something below, learns. */
  boolean needsGradient() {
    return learnsBelow;
  }

  /** Appends what the forward pass must do, whether or not somebody reads the output. */
  void forward() {}

  /** Appends what makes the output in a phase; only for nodes that keep nothing. */
  Value make(int phase) {
    throw new IllegalStateException("Cannot read: nothing was made yet (" + this + ")");
  }

  /** Appends what takes the gradient at the output to the parameters and the inputs. */
  abstract void backward(Value gradient, int phase);

  /** Whether it only takes numbers of its input to other places, or leaves 0: codes stay codes. */
  boolean moves() {
    return false;
  }

  /** What the output's numbers are kept as codes of; null where they are kept as they are. */
  CodeGrid grid() {
    return moves() ? input().grid() : null;
  }

  /**
   * Has it give codes instead of numbers, from its next reading on; false if it cannot compute them
   * from codes.
   */
  boolean round(CodeGrid grid) {
    return moves() && input().roundAlone(grid);
  }

  /** Has it apply ReLU to what it gives; false if it cannot. */
  boolean rectify(Relu relu) {
    return moves() && input().rectifyAlone(relu);
  }

  /** Says that its numbers are read by more than one vertex. */
  final void share() {
    shared = true;
  }

  /** Has it round, if nobody else reads its numbers. */
  final boolean roundAlone(CodeGrid grid) {
    return !shared && round(grid);
  }

  /** Has it rectify, if nobody else reads its numbers. */
  final boolean rectifyAlone(Relu relu) {
    return !shared && rectify(relu);
  }

  /** The output's numbers, to be read in a phase. */
  final Value output(int phase) {
    Value value = kept(phase);
    return grid() == null
        ? value
        : numbers.computeIfAbsent(phase, p -> Codes.numbers(trace, value, grid(), p)).readIn(phase);
  }

  /** The output as it is kept, codes if there is a {@link #grid}, to be read in a phase. */
  final Value kept(int phase) {
    return kept != null
        ? kept.readIn(phase)
        : made.computeIfAbsent(phase, this::make).readIn(phase);
  }

  /** The first input, as it is kept if this node only moves it, to be read in a phase. */
  final Value read(int phase) {
    return moves() ? input().kept(phase) : input().output(phase);
  }

  /** Says that the output is kept. */
  final Value keep(Value value) {
    kept = value;
    return value;
  }

  /** A new value of the output's shape. */
  final Value newValue(int phase) {
    return new Value(size, trace.activations(), phase);
  }

  /** Whether {@link #plus} reads its input once, and nothing else, to make a sum. */
  boolean addsAlong() {
    return false;
  }

  /** Appends the sum of the output and another value, with or without ReLU, to a phase. */
  Value plus(Value other, boolean relu, int phase) {
    return Sums.add(trace, output(phase), other, phase, relu);
  }

  /** The gradient below a ReLU, told by the output: 0 where that is 0 or the ceiling. */
  final Value rectified(Value gradient, Relu relu, int phase) {
    Value y = output(phase);
    Value below = newValue(phase);
    trace.act(
        phase,
        List.of(y, gradient),
        List.of(below),
        List.of(gradient),
        images -> {
          SliceKernel kernel = new SliceKernel();
          kernel.addRectifyBack(
              relu,
              kernel.numbers(y, images),
              kernel.numbers(gradient, images),
              kernel.numbers(below, images));
          return kernel;
        });
    return below;
  }

  /** Adds a share of the gradient at the output. */
  final void addGradient(Value gradient, int phase) {
    gradients.add(gradient);
    gradientPhase = Math.max(gradientPhase, phase);
  }

  /** Goes back through this node, when all that read its output went back. */
  final void goBack() {
    if (gradients.isEmpty() || !needsGradient()) {
      return;
    }
    Value sum = gradients.get(0);
    for (Value share : gradients.subList(1, gradients.size())) {
      sum = Sums.add(trace, sum, share, gradientPhase);
    }
    backward(sum, gradientPhase);
  }
}
