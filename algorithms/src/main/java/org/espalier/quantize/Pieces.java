package org.espalier.quantize;

import java.util.stream.IntStream;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Runs over dense arrays in pieces that fit into a processor's cache, on several threads.
 *
 * <p>A piece is copied to the heap and back: only there does the compiler vectorise loops. Results
 * of pieces come in order, so that sums do not depend on the number of threads.
 */
final class Pieces {
  private static final int LENGTH = 1 << 13;
  private static final int WORTH_THREADS = 16;
  private static final ThreadLocal<float[][]> FLOATS =
      ThreadLocal.withInitial(() -> new float[3][LENGTH]);
  private static final ThreadLocal<double[][]> DOUBLES =
      ThreadLocal.withInitial(() -> new double[3][LENGTH]);

  /** A loop, once for each data type. */
  interface Loop<R> {
    /**
     * Reads {@code n} numbers of x and, where there are some, of dy; writes {@code n} of out. What
     * it does to x and dy is lost.
     */
    R run(float[] x, float[] dy, float[] out, int n);

    /** The same in double precision. */
    R run(double[] x, double[] dy, double[] out, int n);
  }

  private Pieces() {}

  /**
   * Runs a loop over arrays of one length.
   *
   * @param dy null where the loop does not read it
   * @param out null where the loop does not write it; may be x or dy
   */
  static <R> Object[] run(INDArray x, INDArray dy, INDArray out, Loop<R> loop) {
    long length = x.length();
    boolean single = x.dataType() == DataType.FLOAT;
    if (!single && x.dataType() != DataType.DOUBLE) {
      throw new IllegalArgumentException(
          "Cannot quantise: arrays must be FLOAT or DOUBLE (" + x.dataType() + ")");
    }
    Object[] results = new Object[(int) ((length + LENGTH - 1) / LENGTH)];
    IntStream pieces = IntStream.range(0, results.length);
    (results.length < WORTH_THREADS ? pieces : pieces.parallel())
        .forEach(
            piece -> {
              long from = (long) piece * LENGTH;
              int n = (int) Math.min(LENGTH, length - from);
              results[piece] =
                  single ? floats(x, dy, out, from, n, loop) : doubles(x, dy, out, from, n, loop);
            });
    return results;
  }

  private static <R> R floats(
      INDArray x, INDArray dy, INDArray out, long from, int n, Loop<R> loop) {
    float[][] heap = FLOATS.get();
    floatsOf(x).position(from).get(heap[0], 0, n);
    if (dy != null) {
      floatsOf(dy).position(from).get(heap[1], 0, n);
    }
    R result = loop.run(heap[0], heap[1], heap[2], n);
    if (out != null) {
      floatsOf(out).position(from).put(heap[2], 0, n);
    }
    return result;
  }

  private static <R> R doubles(
      INDArray x, INDArray dy, INDArray out, long from, int n, Loop<R> loop) {
    double[][] heap = DOUBLES.get();
    doublesOf(x).position(from).get(heap[0], 0, n);
    if (dy != null) {
      doublesOf(dy).position(from).get(heap[1], 0, n);
    }
    R result = loop.run(heap[0], heap[1], heap[2], n);
    if (out != null) {
      doublesOf(out).position(from).put(heap[2], 0, n);
    }
    return result;
  }

  private static FloatPointer floatsOf(INDArray array) {
    return new FloatPointer(array.data().addressPointer());
  }

  private static DoublePointer doublesOf(INDArray array) {
    return new DoublePointer(array.data().addressPointer());
  }
}
