package org.espalier.data.transform;

import java.io.Serializable;
import java.util.SplittableRandom;
import org.espalier.data.ImageShape;

/** A random change of an image's pixels that keeps its shape. */
public interface Transform extends Serializable {

  /** Returns what the transform's random numbers are for; two of a pipeline must differ. */
  String purpose();

  /**
   * Writes the changed image.
   *
   * @param source unsigned bytes, height x width x channels; not written to
   * @param target receives as many bytes; not the same array as the source
   * @param shape the shape of both
   * @param random this image's own stream in this epoch
   */
  void apply(byte[] source, byte[] target, ImageShape shape, SplittableRandom random);
}
