package org.espalier.nn.fused;

import org.bytedeco.dnnl.memory;
import org.espalier.nn.kernel.Window;

/** A convolution's sizes; dilation 1 is none. */
record ConvolutionShape(Size input, int out, Window window, int dilationH, int dilationW) {
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
    return new memory.desc(weights(), memory.data_type.f32, memory.format_tag.oihw);
  }
}
