package org.espalier.nn.fused;

import java.util.Arrays;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The network's images, [N, H, W, C] in float32, in whatever memory the caller has them. */
final class InputNode extends Node {
  private final Value images;
  private final Block ordered = new Block();

  InputNode(Trace trace, Size size) {
    super(trace, List.of(), size);
    images = new Value(size, Element.F32, 0);
  }

  /**
   * Says where the next batch lies; its rows are put in order if the program has one of its own.
   */
  void place(long address, int batch, Program program) {
    if (!program.paired()) {
      images.placeAt(address);
      return;
    }
    long bytes = images.imageBytes();
    ordered.reserve(batch * bytes);
    program.rows(batch).arrange(address, ordered.address(), bytes);
    images.placeAt(ordered.address());
  }

  /** Checks that images are of the size that was compiled for. */
  void require(INDArray given) {
    long[] shape = given.shape();
    if (shape.length != 4
        || shape[1] != height()
        || shape[2] != width()
        || shape[3] != channels()) {
      throw new IllegalArgumentException(
          "Cannot run: images must be of shape [N, %d, %d, %d] (%s)"
              .formatted(height(), width(), channels(), Arrays.toString(shape)));
    }
  }

  /** Phase 0 prepares the weights. */
  @Override
  int level() {
    return 1;
  }

  @Override
  boolean needsGradient() {
    return false;
  }

  @Override
  void forward() {
    if (trace().activations() == Element.F32) {
      keep(images);
    }
  }

  @Override
  Value make(int phase) {
    return Copies.as(trace(), images, trace().activations(), phase);
  }

  @Override
  void backward(Value gradient, int phase) {
    throw new IllegalStateException("Cannot go back: images do not learn");
  }
}
