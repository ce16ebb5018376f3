package org.espalier.nn.fused;

import org.bytedeco.dnnl.memory;
import org.espalier.nn.kernel.ChannelTile;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Rows, columns and channels of an image. */
record Size(int height, int width, int channels) {
  /** Of images [N, H, W, C]. */
  static Size of(INDArray images) {
    return new Size((int) images.size(1), (int) images.size(2), (int) images.size(3));
  }

  int pixels() {
    return height * width;
  }

  /** Numbers in an image. */
  long numbers() {
    return (long) height * width * channels;
  }

  /** The groups in which its pixels fill vector registers. */
  ChannelTile tile() {
    return ChannelTile.of(channels, pixels());
  }

  /** The same with tiles for pixels. */
  Size tiled(ChannelTile tile) {
    return new Size(1, pixels() / tile.pixels(), tile.width());
  }

  /** So many images, named [N, C, H, W] as oneDNN names them and laid out NHWC. */
  memory.desc layout(Element element, int images) {
    return new memory.desc(
        new long[] {images, channels, height, width}, element.type(), memory.format_tag.nhwc);
  }

  /** The same as rows of W * C numbers. */
  memory.desc rows(Element element, int images) {
    return new memory.desc(
        new long[] {(long) images * height, (long) width * channels},
        element.type(),
        memory.format_tag.ab);
  }
}
