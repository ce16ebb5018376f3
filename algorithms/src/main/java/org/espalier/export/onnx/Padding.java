package org.espalier.export.onnx;

import java.util.Arrays;

/** What a Pad operator adds: zeros. */
final class Padding {
  private static final int RANK = 4;
  private static final long LARGEST = 1 << 16;

  private final int[] before;
  private final int[] after;

  private Padding(int[] before, int[] after) {
    this.before = before;
    this.after = after;
  }

  /** Reads a Pad operator on images. */
  static Padding of(Operator operator, GraphReader graph) throws OnnxException {
    String mode = operator.text("mode", "constant");
    if (!mode.equals("constant")) {
      throw operator.error("pads by mode %s; only constant is supported".formatted(mode));
    }
    boolean inputs = !operator.input(1).isEmpty();
    long[] pads = inputs ? graph.constant(operator, 1).longs() : operator.integers("pads");
    double value =
        operator.input(2).isEmpty()
            ? operator.real("value", 0)
            : Arrays.stream(graph.constant(operator, 2).values()).sum();
    if (value != 0) {
      throw operator.error("pads by %s; only 0 is supported".formatted(value));
    }
    if (!operator.input(3).isEmpty()) {
      throw operator.error("pads some axes only, which is not supported");
    }
    if (pads.length != 2 * RANK) {
      throw operator.error("must have %d pads (%d)".formatted(2 * RANK, pads.length));
    }
    for (long pad : pads) {
      if (pad < 0 || pad > LARGEST) {
        throw operator.error("has pads out of range, 0 to %d (%d)".formatted(LARGEST, pad));
      }
    }
    if (pads[0] != 0 || pads[RANK] != 0) {
      throw operator.error("pads the batch");
    }
    int[] all = Arrays.stream(pads).mapToInt(pad -> (int) pad).toArray();
    return new Padding(
        Arrays.copyOfRange(all, 1, RANK), Arrays.copyOfRange(all, RANK + 1, 2 * RANK));
  }

  /** What comes before, on every axis but the batch. */
  int[] before() {
    return before;
  }

  /** What comes behind, on every axis but the batch. */
  int[] after() {
    return after;
  }

  boolean isOfChannelsAlone() {
    return !isOfPixels();
  }

  boolean isOfPixels() {
    return before[1] + before[2] + after[1] + after[2] > 0;
  }

  boolean isOfChannels() {
    return before[0] + after[0] > 0;
  }
}
