package org.espalier.nn.fused;

import org.bytedeco.dnnl.memory;
import org.espalier.nn.kernel.Window;

/**
 * A convolution's sizes; dilation 1 is none.
 *
 * @param dense whether it is a dense layer, whose weights go over channels first
 */
record ConvolutionShape(
    Size input, int out, Window window, int dilationH, int dilationW, boolean dense) {
  ConvolutionShape(Size input, int out, Window window, int dilationH, int dilationW) {
    this(input, out, window, dilationH, dilationW, false);
  }

  /** A dense layer on images flattened as [H, W, C]: a single window. */
  static ConvolutionShape dense(Size input, int out) {
    Window whole = new Window(input.height(), input.width(), 1, 1, 0, 0);
    return new ConvolutionShape(input, out, whole, 1, 1, true);
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

  long[] weights() {
    return new long[] {out, in(), window.height(), window.width()};
  }

  int weightCount() {
    return Math.toIntExact((long) out * in() * window.height() * window.width());
  }

  /** Pixels left out between the weights. */
  long[] dilations() {
    return new long[] {dilationH - 1, dilationW - 1};
  }

  /** Weights as Deeplearning4j lays them out. */
  memory.desc plain() {
    memory.format_tag order = dense ? memory.format_tag.ohwi : memory.format_tag.oihw;
    return new memory.desc(weights(), memory.data_type.f32, order);
  }
}
