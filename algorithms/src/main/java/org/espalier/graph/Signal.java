package org.espalier.graph;

import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.inputs.InputType;

/**
 * What flows from one vertex to another: the identity of each channel, and the type.
 *
 * @param ids which channel each index of the channel axis carries; of features [N, F], each column
 * @param type the activations' type
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Signal(int[] ids, InputType type) {

  /** Whether these are images, [N, C, H, W] or [N, H, W, C]. */
  boolean isImages() {
    return type instanceof InputType.InputTypeConvolutional;
  }

  /** The layout of images. */
  CNN2DFormat format() {
    return ((InputType.InputTypeConvolutional) type).getFormat();
  }

  /** The axis of an activation array on which the channels lie. */
  int axis() {
    return isImages() && format() == CNN2DFormat.NHWC ? 3 : 1;
  }

  /** The number of channels that a type speaks of. */
  static int channels(InputType type) {
    if (type instanceof InputType.InputTypeConvolutional images) {
      return Math.toIntExact(images.getChannels());
    }
    if (type instanceof InputType.InputTypeConvolutional3D volumes) {
      return Math.toIntExact(volumes.getChannels());
    }
    return Math.toIntExact(type.arrayElementsPerExample());
  }
}
