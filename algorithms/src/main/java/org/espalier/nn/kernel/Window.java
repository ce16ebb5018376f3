package org.espalier.nn.kernel;

/** A sliding window: its rows and columns, how far it moves, and the padding on each side. */
public record Window(
    long height, long width, long strideH, long strideW, long paddingH, long paddingW) {
  /** A window as Deeplearning4j writes it: pairs of rows and columns. */
  public static Window of(int[] size, int[] stride, int[] padding) {
    return new Window(size[0], size[1], stride[0], stride[1], padding[0], padding[1]);
  }

  /** How many times it fits into so many rows; dilation 1 is none. */
  public long outHeight(long rows, long dilation) {
    return fits(rows, height, strideH, paddingH, dilation);
  }

  /** How many times it fits into so many columns; dilation 1 is none. */
  public long outWidth(long columns, long dilation) {
    return fits(columns, width, strideW, paddingW, dilation);
  }

  private static long fits(long pixels, long size, long stride, long padding, long dilation) {
    return (pixels + 2 * padding - ((size - 1) * dilation + 1)) / stride + 1;
  }

  /** Rows and columns. */
  public long[] size() {
    return new long[] {height, width};
  }

  /** How far it moves down and across. */
  public long[] strides() {
    return new long[] {strideH, strideW};
  }

  /** The padding above and below, left and right. */
  public long[] padding() {
    return new long[] {paddingH, paddingW};
  }
}
