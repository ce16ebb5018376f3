package org.espalier.data.transform;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.espalier.data.ImageShape;
import org.espalier.data.LabeledImage;
import org.espalier.data.RandomStreams;

/**
 * Transforms, one after the other, then a normalisation.
 *
 * @param transforms what changes the pixels, in order; each purpose once
 * @param normalization what makes floats of them
 */
public record ImagePipeline(List<Transform> transforms, Normalization normalization)
    implements Serializable {

  /** Checks that no two transforms would draw the same numbers. */
  public ImagePipeline {
    transforms = List.copyOf(transforms);
    long purposes = transforms.stream().map(Transform::purpose).distinct().count();
    if (purposes != transforms.size()) {
      throw new IllegalArgumentException(
          "Cannot make a pipeline: two transforms have the same purpose (" + transforms + ")");
    }
  }

  /**
   * Returns the augmentation of training images that CIFAR networks use.
   *
   * @param pad black pixels on each side before a random crop; 0 leaves the crop out
   * @param flip whether half of the images are mirrored
   */
  public static ImagePipeline train(int pad, boolean flip, Normalization normalization) {
    List<Transform> transforms = new ArrayList<>();
    if (pad != 0) {
      transforms.add(new RandomCrop(pad));
    }
    if (flip) {
      transforms.add(new HorizontalFlip());
    }
    return new ImagePipeline(transforms, normalization);
  }

  /** Returns a pipeline that only normalises; it draws no random number. */
  public static ImagePipeline evaluation(Normalization normalization) {
    return new ImagePipeline(List.of(), normalization);
  }

  /**
   * Writes the floats of one image.
   *
   * <p>The result depends on the image's pixels and index, the seed and the epoch, on nothing else.
   *
   * @param image the image; not changed
   * @param seed the seed of the run
   * @param epoch the epoch, 0 or more
   * @param out receives height x width x channels floats, channels interleaved
   * @param offset where in {@code out} they begin
   */
  public void into(LabeledImage image, long seed, int epoch, float[] out, int offset) {
    ImageShape shape = image.shape();
    if (shape.channels() != normalization.channels()) {
      throw new IllegalArgumentException(
          String.format(
              "Cannot normalise %s: the normalisation has %d channels",
              image, normalization.channels()));
    }
    byte[] pixels = image.pixels();
    byte[] spare = transforms.isEmpty() ? null : new byte[pixels.length];
    for (Transform transform : transforms) {
      byte[] target = spare;
      transform.apply(
          pixels, target, shape, RandomStreams.of(seed, transform.purpose(), epoch, image.index()));
      spare = pixels == image.pixels() ? new byte[pixels.length] : pixels;
      pixels = target;
    }
    normalization.apply(pixels, out, offset);
  }
}
