package org.espalier.nn.fused;

import java.lang.ref.Reference;
import java.util.List;
import java.util.function.UnaryOperator;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The end of the network: features of the whole batch, [N, C] in float32, given to a function that
 * gives back the gradient at them.
 */
final class HeadNode extends Node {
  private Program program;
  private UnaryOperator<INDArray> function;
  private Value features;
  private Value gradient;

  HeadNode(Trace trace, Node input) {
    super(trace, List.of(input), new Size(1, 1, input.channels()));
  }

  /** Says what program this is part of. */
  void attach(Program program) {
    this.program = program;
  }

  /** Says what becomes of the features; it may return null when nobody goes back. */
  void function(UnaryOperator<INDArray> function) {
    this.function = function;
  }

  @Override
  void forward() {
    int phase = level();
    Value pooled = input().output(phase);
    features =
        pooled.element() == Element.F32 ? pooled : Copies.as(trace(), pooled, Element.F32, phase);
    features.readIn(phase + 1);
    gradient = features.like(phase);
    trace().act(phase, List.of(), List.of(gradient), images -> new SliceKernel());
    trace().phase(phase).atEnd(this::apply);
  }

  /** Starts the backward pass. */
  void goBackFrom(int phase) {
    gradient.readIn(phase);
    if (input().needsGradient()) {
      input()
          .addGradient(
              trace().activations() == Element.F32
                  ? gradient
                  : Copies.as(trace(), gradient, trace().activations(), phase),
              phase);
    }
  }

  @Override
  void backward(Value gradient, int phase) {
    throw new IllegalStateException("Cannot go back: nothing is above the head");
  }

  private void apply() {
    Memory memory = program.memory();
    int batch = memory.batch();
    Rows rows = program.rows(batch);
    INDArray array = Nd4j.createUninitialized(DataType.FLOAT, batch, channels());
    long bytes = features.imageBytes();
    rows.restore(features.wholeAddress(memory), Compiler.address(array), bytes);
    INDArray below = function.apply(array);
    if (below == null) {
      return;
    }
    INDArray dense = below.dup('c');
    try {
      rows.arrange(Compiler.address(dense), gradient.wholeAddress(memory), bytes);
    } finally {
      Reference.reachabilityFence(dense);
    }
  }
}
