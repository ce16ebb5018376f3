package org.espalier.nn.fused;

import java.util.function.IntUnaryOperator;
import java.util.stream.LongStream;
import org.bytedeco.dnnl.memory;
import org.espalier.nn.kernel.Window;

/**
 * A convolution's sizes; dilation 1 is none.
 *
 * @param kind what it is to Deeplearning4j, which lays out weights of each kind in its own way
 */
record ConvolutionShape(
    Size input, int out, Window window, int dilationH, int dilationW, Kind kind) {
  /** What a convolution is to Deeplearning4j. */
  enum Kind {
    /** Weights [out, in, kH, kW]. */
    ALL_CHANNELS,
    /** A dense layer; weights of an output go over channels first. */
    DENSE,
    /** Each channel by itself; weights [kH, kW, in, out / in]. */
    DEPTHWISE
  }

  /** A dense layer on images flattened as [H, W, C]: a single window. */
  static ConvolutionShape dense(Size input, int out) {
    Window whole = new Window(input.height(), input.width(), 1, 1, 0, 0);
    return new ConvolutionShape(input, out, whole, 1, 1, Kind.DENSE);
  }

  /** Of the output. */
  Size output() {
    return new Size(
        (int) window.outHeight(input.height(), dilationH),
        (int) window.outWidth(input.width(), dilationW),
        out);
  }

  int in() {
    return input.channels();
  }

  /** The weights as oneDNN names them; where there are groups, their number comes first. */
  long[] weights() {
    return kind == Kind.DEPTHWISE
        ? new long[] {in(), out / in(), 1, window.height(), window.width()}
        : new long[] {out, in(), window.height(), window.width()};
  }

  int weightCount() {
    return Math.toIntExact(LongStream.of(weights()).reduce(1, Math::multiplyExact));
  }

  /** Gives the output channel that a weight, as Deeplearning4j counts them, belongs to. */
  IntUnaryOperator channels() {
    int each = weightCount() / out;
    return kind == Kind.DEPTHWISE ? weight -> weight % out : weight -> weight / each;
  }

  /** Pixels left out between the weights. */
  long[] dilations() {
    return new long[] {dilationH - 1, dilationW - 1};
  }

  /** Weights as Deeplearning4j lays them out. */
  memory.desc plain() {
    if (kind == Kind.DEPTHWISE) {
      long row = window.width() * out;
      long[] strides = {out / in(), 1, 1, row, out};
      return new memory.desc(weights(), memory.data_type.f32, strides);
    }
    memory.format_tag order = kind == Kind.DENSE ? memory.format_tag.ohwi : memory.format_tag.oihw;
    return new memory.desc(weights(), memory.data_type.f32, order);
  }
}
