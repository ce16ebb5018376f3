package org.espalier.nn.fused;

/** The codes of numbers. */
final class CodingNode extends InferenceNode {
  private final CodeGrid grid;

  CodingNode(Trace trace, Node input, CodeGrid grid) {
    super(trace, input);
    this.grid = grid;
  }

  @Override
  CodeGrid grid() {
    return grid;
  }

  @Override
  Value make(int phase) {
    return Codes.of(trace(), read(phase), grid, phase);
  }
}
