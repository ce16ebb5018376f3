package org.espalier.export.onnx;

import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.inputs.InputType;

/** What an activation's type means in ONNX, where images are [N, C, H, W]. */
final class Images {
  private Images() {}

  /** An activation's shape in ONNX, without the batch. */
  static long[] shape(InputType type) {
    if (type instanceof InputType.InputTypeConvolutional images) {
      return new long[] {images.getChannels(), images.getHeight(), images.getWidth()};
    }
    if (type instanceof InputType.InputTypeFeedForward features) {
      return new long[] {features.getSize()};
    }
    if (type instanceof InputType.InputTypeConvolutionalFlat flat) {
      return new long[] {flat.getFlattenedSize()};
    }
    throw new IllegalArgumentException(
        "Cannot export a network: only images and features have an ONNX form (" + type + ")");
  }

  /** The type as images of some format, of which a vertex can be read only. */
  static InputType.InputTypeConvolutional of(String vertex, InputType type) {
    if (type instanceof InputType.InputTypeConvolutional images) {
      return images;
    }
    throw new IllegalArgumentException(
        "Cannot export vertex " + vertex + ": it takes images (" + type + ")");
  }

  static boolean isChannelsLast(InputType.InputTypeConvolutional images) {
    return images.getFormat() == CNN2DFormat.NHWC;
  }
}
