package org.espalier.export.onnx;

/**
 * A tensor of an ONNX file that is read, and the vertex that makes it.
 *
 * @param vertex the vertex
 * @param channels channels, or features
 * @param height rows; 1 for features
 * @param width columns; 1 for features
 * @param images whether the vertex makes images [N, H, W, C], not features [N, C]
 * @param flat whether the tensor is [N, C * H * W], not [N, C, H, W]; the vertex itself flattens
 *     nothing
 */
record Wire(String vertex, int channels, int height, int width, boolean images, boolean flat) {

  static Wire images(String vertex, int channels, int height, int width) {
    return new Wire(vertex, channels, height, width, true, false);
  }

  static Wire features(String vertex, int features) {
    return new Wire(vertex, features, 1, 1, false, true);
  }

  /** The numbers of one example. */
  long elements() {
    return (long) channels * height * width;
  }

  /** The tensor of another vertex of the same shape. */
  Wire madeBy(String other) {
    return new Wire(other, channels, height, width, images, flat);
  }

  /** This tensor as rows of numbers. */
  Wire flattened() {
    return new Wire(vertex, channels, height, width, images, true);
  }

  boolean isSameShape(Wire other) {
    return other.madeBy(vertex).equals(this);
  }

  /** The tensor's shape in words. */
  String shape() {
    return flat
        ? "[N, %d]".formatted(elements())
        : "[N, %d, %d, %d]".formatted(channels, height, width);
  }
}
