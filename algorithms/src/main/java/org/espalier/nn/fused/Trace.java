package org.espalier.nn.fused;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/** A program under construction. */
final class Trace implements AutoCloseable {
  private final List<Phase> phases = new ArrayList<>();
  private final List<LaidOutWeights> weights = new ArrayList<>();
  private final Peers peers = new Peers();
  private final Element activations;
  private boolean goingBack;
  private boolean paired;

  /** An empty program whose activations, and gradients at them, have this type. */
  Trace(Element activations) {
    this.activations = activations;
  }

  /** Takes care of weights: they are freed with the program. */
  LaidOutWeights own(LaidOutWeights laidOut) {
    weights.add(laidOut);
    return laidOut;
  }

  @Override
  public void close() {
    weights.forEach(LaidOutWeights::close);
  }

  /** Those who have other parts of the batch, when there are any. */
  Peers peers() {
    return peers;
  }

  /** Says that row i of the batch and row i + N/2 must be in one slice. */
  void pairRows() {
    paired = true;
  }

  boolean paired() {
    return paired;
  }

  /** Says that the forward pass is complete. */
  void turn() {
    goingBack = true;
  }

  boolean goingBack() {
    return goingBack;
  }

  Element activations() {
    return activations;
  }

  /** A phase by its number, made if there is none yet. */
  Phase phase(int number) {
    while (phases.size() <= number) {
      phases.add(new Phase());
    }
    return phases.get(number);
  }

  int phases() {
    return phases.size();
  }

  List<Phase> complete() {
    return phases;
  }

  /** Appends an action to a phase. */
  void act(int phase, List<Value> reads, List<Value> writes, IntFunction<SliceKernel> build) {
    act(phase, reads, writes, List.of(), build);
  }

  /** Appends an action that may write over some of what it reads, number for number. */
  void act(
      int phase,
      List<Value> reads,
      List<Value> writes,
      List<Value> over,
      IntFunction<SliceKernel> build) {
    reads.forEach(value -> value.readIn(phase));
    phase(phase).add(new Action(reads, writes, over, build));
  }
}
