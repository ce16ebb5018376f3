package org.espalier.export.onnx;

/** The windows of a convolution or pooling that is read; every pair is rows and columns. */
final class Windows {
  private static final long LARGEST = 1 << 16;

  private final int[] kernel;
  private final int[] stride;
  private final int[] dilation;
  private final int[] before;
  private final int[] after;
  private final int[] out;

  private Windows(
      int[] kernel, int[] stride, int[] dilation, int[] before, int[] after, int[] out) {
    this.kernel = kernel;
    this.stride = stride;
    this.dilation = dilation;
    this.before = before;
    this.after = after;
    this.out = out;
  }

  /** Reads the attributes of an operator whose kernel is known. */
  static Windows of(Operator operator, long[] kernel, Wire in) throws OnnxException {
    int[] size = pair(operator, "kernel_shape", 1, kernel);
    int[] stride = pair(operator, "strides", 1, operator.integers("strides", 1, 1));
    int[] dilation = pair(operator, "dilations", 1, operator.integers("dilations", 1, 1));
    boolean up = operator.integer("ceil_mode", 0) != 0;
    int[] before = new int[2];
    int[] after = new int[2];
    int[] out = new int[2];
    long[] pads = pads(operator);
    String auto = operator.text("auto_pad", "NOTSET");
    for (int axis = 0; axis < 2; axis++) {
      int length = axis == 0 ? in.height() : in.width();
      long reach = (size[axis] - 1L) * dilation[axis] + 1;
      switch (auto) {
        case "NOTSET" -> {
          before[axis] = (int) pads[axis];
          after[axis] = (int) pads[axis + 2];
        }
        case "VALID" -> {}
        case "SAME_UPPER", "SAME_LOWER" -> {
          int windows = (length + stride[axis] - 1) / stride[axis];
          long missing = Math.max(0, (windows - 1L) * stride[axis] + reach - length);
          long half = auto.equals("SAME_UPPER") ? missing / 2 : missing - missing / 2;
          before[axis] = require(operator, "padding", 0, half);
          after[axis] = require(operator, "padding", 0, missing - half);
        }
        default -> throw operator.error("has an auto_pad that is not known (" + auto + ")");
      }
      long room = length + before[axis] + after[axis] - reach;
      if (room < 0) {
        throw operator.error("has windows larger than what it reads, " + in.shape());
      }
      out[axis] = (int) (room / stride[axis]) + 1;
      if (up && room % stride[axis] != 0) {
        throw operator.error("rounds its output's size up (ceil_mode), which is not supported");
      }
    }
    return new Windows(size, stride, dilation, before, after, out);
  }

  private static long[] pads(Operator operator) throws OnnxException {
    long[] pads = operator.integers("pads", 0, 0, 0, 0);
    if (pads.length != 4) {
      throw operator.error("must have 4 pads (" + pads.length + ")");
    }
    for (long pad : pads) {
      require(operator, "pads", 0, pad);
    }
    return pads;
  }

  private static int[] pair(Operator operator, String key, int least, long... values)
      throws OnnxException {
    if (values.length != 2) {
      throw operator.error(
          "must be two-dimensional (%s has %d numbers)".formatted(key, values.length));
    }
    return new int[] {
      require(operator, key, least, values[0]), require(operator, key, least, values[1])
    };
  }

  private static int require(Operator operator, String key, int least, long value)
      throws OnnxException {
    if (value < least || value > LARGEST) {
      throw operator.error(
          "has %s out of range, %d to %d (%d)".formatted(key, least, LARGEST, value));
    }
    return (int) value;
  }

  /** The windows' sizes. */
  int[] kernel() {
    return kernel;
  }

  /** Their distances. */
  int[] stride() {
    return stride;
  }

  /** The distances of the pixels that a window looks at. */
  int[] dilation() {
    return dilation;
  }

  /** Padding on top and left. */
  int[] before() {
    return before;
  }

  /** Padding at the bottom and right. */
  int[] after() {
    return after;
  }

  /** How many windows there are. */
  int[] out() {
    return out;
  }

  /**
   * Whether padding by {@link #before} on all sides gives the same windows. Padding that no window
   * reaches does not count.
   */
  boolean areSymmetric(Wire in) {
    return isSymmetric(0, in.height()) && isSymmetric(1, in.width());
  }

  private boolean isSymmetric(int axis, int length) {
    long room = length + 2L * before[axis] - (kernel[axis] - 1L) * dilation[axis] - 1;
    return room >= 0 && room / stride[axis] + 1 == out[axis];
  }

  boolean isPadded() {
    return before[0] + before[1] + after[0] + after[1] > 0;
  }

  boolean isDilated() {
    return dilation[0] > 1 || dilation[1] > 1;
  }
}
