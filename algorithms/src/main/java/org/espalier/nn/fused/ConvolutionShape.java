package org.espalier.nn.fused;

import org.bytedeco.dnnl.memory;
import org.espalier.nn.kernel.Window;

/** A convolution's sizes; dilation 1 is none. */
record ConvolutionShape(
    int height, int width, int in, int out, Window window, int dilationH, int dilationW) {
  int outHeight() {
    return (int) window.outHeight(height, dilationH);
  }

  int outWidth() {
    return (int) window.outWidth(width, dilationW);
  }

  long[] weights() {
    return new long[] {out, in, window.height(), window.width()};
  }

  int weightCount() {
    return Math.toIntExact((long) out * in * window.height() * window.width());
  }

  /** Pixels left out between the weights. */
  long[] dilations() {
    return new long[] {dilationH - 1, dilationW - 1};
  }

  /** Weights as Deeplearning4j lays them out. */
  memory.desc plain() {
    return new memory.desc(weights(), memory.data_type.f32, memory.format_tag.oihw);
  }
}
